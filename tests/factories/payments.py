"""Sellers that take transfers, what is owed to them, and money that comes in."""

import datetime

from marketplace.core import clock
from marketplace.payments.domain import transfers
from marketplace.payments.domain.transfers import Told
from marketplace.payments.methods import VietQR
from marketplace.payments.models import Payment, Transfer
from producers.models import BankAccount, Partner
from tests.factories.catalog import make_seller


def make_account(seller: Partner, **fields) -> BankAccount:
    """The seller's account for transfers, with a number that the bank's published example has."""
    wanted = {"bank_code": "970436", "number": "1033193343", "holder": "HTX BAC SON", **fields}
    return BankAccount.objects.create(seller=seller, **wanted)


def make_owed(amount: int = 150_000, *, seller: Partner | None = None, reference: str = "") -> Payment:
    """A payment by transfer that is awaited."""
    seller = seller or make_seller()
    return VietQR().start(reference or f"261124-{Payment.objects.count():05}-1", amount, seller)


def told(payment: Payment | None = None, amount: int | None = None, **fields) -> Told:
    """What a bank tells of a transfer for this payment, or for none."""
    content = (
        f"MBVCB.5567. {payment.transfer_request.code} CT tu 0011" if payment is not None else "Tien hang"
    )
    return Told(
        amount=amount or payment.amount,
        booked_on=fields.pop("booked_on", clock.today()),
        content=fields.pop("content", content),
        **fields,
    )


def come_in(payment: Payment, amount: int | None = None, **fields) -> Transfer:
    """Money for this payment, as the bank's notification tells of it."""
    source = fields.pop("source", Transfer.Source.NOTIFICATION)
    seller = payment.transfer_request.seller
    noted = transfers.note(seller, told(payment, amount, **fields), source)
    payment.refresh_from_db()
    noted.transfer.refresh_from_db()
    return noted.transfer


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)
