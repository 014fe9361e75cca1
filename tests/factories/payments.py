"""Sellers that take transfers or cards, what is owed to them, and money that comes in."""

from marketplace.core import clock
from marketplace.payments.domain import stripe_sessions, transfers
from marketplace.payments.domain.transfers import Told
from marketplace.payments.methods import Stripe, VietQR
from marketplace.payments.models import (
    MoneyFile,
    Payment,
    StripeAccount,
    StripeDispute,
    StripeEvent,
    StripeSession,
    Transfer,
)
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


def make_stripe_account(seller: Partner, **fields) -> StripeAccount:
    """The seller's account with Stripe, which takes cards."""
    wanted = {"identifier": f"acct_{seller.pk}", "can_charge": True, "has_details": True, **fields}
    return StripeAccount.objects.create(seller=seller, **wanted)


def make_owed_by_card(
    amount: int = 150_000, *, seller: Partner | None = None, reference: str = ""
) -> Payment:
    """A payment by card that is awaited."""
    seller = seller or make_seller()
    if not seller.stripe_accounts.exists():
        make_stripe_account(seller)
    return Stripe().start(f"261124-{Payment.objects.count():05}-1", amount, seller)


def make_visit(payment: Payment, **fields) -> StripeSession:
    """A buyer's visit to Stripe's page, as Stripe has opened it."""
    return StripeSession.objects.create(
        **{
            "payment": payment,
            "account": payment.card_request.account,
            "attempt": payment.stripe_sessions.count() + 1,
            "amount": payment.amount,
            "language": "vi",
            "return_url": "https://example.org/",
            "expires_at": payment.card_request.due_at,
            "state": StripeSession.State.OPEN,
            "identifier": f"cs_{payment.pk}",
            "url": "https://stripe.example/pay",
            **fields,
        }
    )


def make_paid_visit(payment: Payment) -> StripeSession:
    """A visit on which the buyer has paid all of it."""
    session = make_visit(payment, intent=f"pi_{payment.pk}")
    stripe_sessions.count(session, session.amount, "vnd", session.intent)
    return session


def make_dispute(session: StripeSession, **fields) -> StripeDispute:
    """A charge that the buyer's bank takes back, not decided yet."""
    wanted = {"identifier": f"dp_{session.pk}", "amount": session.amount, "status": "needs_response"}
    moments = {"opened_at": clock.now(), "told_at": clock.now(), "answer_by": clock.now()}
    return StripeDispute.objects.create(
        session=session, **{**wanted, **moments, "reason": "fraudulent", **fields}
    )


def make_kept_event(**fields) -> StripeEvent:
    """A message of Stripe's that was left to a person."""
    wanted = {
        "identifier": f"evt_{StripeEvent.objects.count()}",
        "kind": "checkout.session.completed",
        "account": "acct_other",
        "made_at": clock.now(),
        "outcome": StripeEvent.Outcome.KEPT,
        "problem": "other_account",
    }
    return StripeEvent.objects.create(**{**wanted, **fields})
