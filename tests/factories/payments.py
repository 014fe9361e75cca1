"""Sellers that take transfers, what is owed to them, and money that comes in."""

from marketplace.core import clock
from marketplace.payments.domain import transfers
from marketplace.payments.domain.transfers import Told
from marketplace.payments.methods import VietQR
from marketplace.payments.models import MoneyFile, Payment, Transfer
from marketplace.sales.models import CarrierPayout
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


def make_transfer(seller: Partner, amount: int = 50_000, **fields) -> Transfer:
    """Money in the seller's account that belongs to no order yet."""
    return transfers.note(seller, told(None, amount, **fields), Transfer.Source.FILE).transfer


def make_read_file(seller: Partner, **fields) -> MoneyFile:
    """A bank statement that was read."""
    return MoneyFile.objects.create(
        **{"seller": seller, "kind": "bank", "name": "sao-ke.csv", "state": "read", **fields}
    )


def make_payout(seller: Partner, **fields) -> CarrierPayout:
    """A line of a carrier's list with a number that no parcel has."""
    wanted = {"tracking_number": "GHN404", "amount": 99_000, "state": "unknown", **fields}
    return CarrierPayout.objects.create(
        seller=seller, fingerprint=wanted["tracking_number"], paid_on=clock.today(), **wanted
    )
