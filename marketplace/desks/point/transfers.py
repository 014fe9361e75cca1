"""What a buyer pays at the counter by a bank's app: a VietQR code to the point's own account."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from marketplace.core import qr
from marketplace.core.codes import ALPHABET
from marketplace.payments import vietqr
from marketplace.payments.transfer_codes import PREFIX, RANDOM
from marketplace.payments.vietqr import TransferCode
from producers.domain.bank_accounts import account_of
from producers.models import BankAccount, PointOfSale


@dataclass(frozen=True)
class CounterTransfer:
    """One transfer to the account of a point: whole VND, and the words by which it is found again."""

    account: BankAccount
    amount: int
    words: str

    @property
    def drawing(self) -> SafeString:
        code = TransferCode(self.account.bank_code, self.account.number, self.amount, self.words)
        return qr.drawing(vietqr.payload(code))


def transfer_to(point: PointOfSale, amount: int, words: str) -> CounterTransfer | None:
    """None where nothing is to be paid, or the point has named no account."""
    account = account_of(point.seller) if amount else None
    return CounterTransfer(account, amount, words) if account is not None else None


def account_for_device(point: PointOfSale) -> dict | None:
    """What a device needs to draw such codes by itself, without network; None without an account."""
    account = account_of(point.seller)
    if account is None:
        return None
    return {
        "bank": account.bank_code,
        "bank_name": account.bank.short_name if account.bank is not None else account.bank_code,
        "number": account.number,
        "holder": account.holder,
        "prefix": PREFIX,
        "alphabet": ALPHABET,
        "random": RANDOM,
    }
