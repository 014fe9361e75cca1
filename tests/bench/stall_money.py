"""The money of the busy stall: payments with their transfers, carriers' payouts and refunds, and its ledger.

Written in bulk, with what the domain would have written and on the days on which it would have.
"""

import datetime
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.db.models import Count

from marketplace.core import clock
from marketplace.payments import methods
from marketplace.payments.models import (
    CardRequest,
    MoneyFile,
    Payment,
    PaymentEvent,
    Refund,
    StripeAccount,
    StripeDispute,
    StripeSession,
    Transfer,
    TransferRequest,
    TransferStep,
)
from marketplace.payments.models.payments import state_of
from marketplace.payments.transfer_codes import new_code
from marketplace.sales.domain import ledger
from marketplace.sales.models import (
    RECEIVING_ACCOUNTS,
    CarrierPayout,
    FeeRate,
    LedgerAccount,
    LedgerCause,
    LedgerEntry,
    LedgerTransaction,
)
from producers.models import Partner
from tests.bench.stall_orders import BATCH, DAYS, Sold, State

CASH, TRANSFER, CARD = methods.CashOnDelivery.code, methods.VietQR.code, methods.Stripe.code
#: Days after which a carrier has handed over what it collected, and a seller what it owed back.
CARRIER_DAYS, REFUND_DAYS = 14, 60
PASSED_ON_AFTER = datetime.timedelta(days=CARRIER_DAYS - 4)
PAID_TOO_MUCH = 20_000
FEE_RATE = 200
REFUND_WAYS = {CARD: Refund.Way.CARD}
#: Transfers for none of the orders, for each thousand of them.
OTHER_TRANSFERS = {
    Transfer.State.UNMATCHED: 3,
    Transfer.State.TO_REFUND: 1,
    Transfer.State.REFUNDED: 4,
    Transfer.State.SET_ASIDE: 6,
}
BANK, CARRIER = MoneyFile.Kind.BANK, MoneyFile.Kind.CARRIER


@dataclass
class Paid:
    """One order with its payment, and how its accounts stand."""

    sold: Sold
    payment: Payment
    stands: Mapping[str, int] = field(default_factory=dict)
    came_in: PaymentEvent | None = None


@dataclass(frozen=True)
class GivenBack:
    """Money that went back to a buyer, in whole VND."""

    paid: Paid
    amount: int
    at: datetime.datetime


def begin(seller: Partner) -> "Till":
    """Whose money it is, the fee that is owed of it, and the files that told of it: two a week."""
    start = clock.now() - datetime.timedelta(days=DAYS)
    FeeRate.objects.get_or_create(
        valid_from=start.date() - datetime.timedelta(days=1),
        defaults={"hundredths": FEE_RATE, "source": "Bench"},
    )
    files = MoneyFile.objects.bulk_create(
        MoneyFile(seller=seller, kind=kind, name=f"{kind}-{week + 1}.xlsx", state=MoneyFile.State.READ)
        for week in range(DAYS // 7 + 1)
        for kind in (BANK, CARRIER)
    )
    account = StripeAccount.objects.create(
        seller=seller,
        identifier=f"acct_{seller.slug}",
        can_charge=True,
        has_details=True,
        told_at=clock.now(),
    )
    by_kind = {kind: [each for each in files if each.kind == kind] for kind in (BANK, CARRIER)}
    return Till(seller, account, start, by_kind)


@dataclass
class Till:
    """Takes the money of orders as they are placed."""

    seller: Partner
    account: StripeAccount
    start: datetime.datetime
    files: Mapping[str, list[MoneyFile]]

    def take(self, piece: list[Sold]) -> list[Paid]:
        """Payments of a piece of the orders, with all that came in, went back and was posted."""
        found = [Paid(each, _payment(each)) for each in piece]
        Payment.objects.bulk_create(each.payment for each in found)
        self._write_events(found)
        self._write_transfers([each for each in found if each.payment.method == TRANSFER])
        self._write_cards([each for each in found if each.payment.method == CARD])
        self._write_payouts([each for each in found if each.payment.method == CASH])
        _post_sales(found)
        give_back(
            GivenBack(each, each.payment.refund_owed, each.sold.ended_at)
            for each in found
            if each.sold.is_lost and each.payment.refund_owed and each.sold.is_older_than(REFUND_DAYS)
        )
        return found

    def close(self, orders: int) -> None:
        """What came for no order, and what the files held."""
        self._write_other_transfers(orders)
        for name, kind in (("transfers", BANK), ("payouts", CARRIER)):
            counted = MoneyFile.objects.filter(seller=self.seller, kind=kind).annotate(held=Count(name))
            files = list(counted)
            for each in files:
                each.lines = each.new = each.matched = each.held
            MoneyFile.objects.bulk_update(files, ["lines", "new", "matched"])

    def _file(self, kind: str, at: datetime.datetime) -> MoneyFile:
        return self.files[kind][min((at - self.start).days // 7, len(self.files[kind]) - 1)]

    def _write_events(self, found: list[Paid]) -> None:
        PaymentEvent.objects.bulk_create(
            PaymentEvent(payment=each.payment, state=Payment.State.AWAITING) for each in found
        )
        paid = [each for each in found if each.payment.received]
        events = PaymentEvent.objects.bulk_create(
            PaymentEvent(payment=each.payment, state=Payment.State.PAID, moved=each.payment.received)
            for each in paid
        )
        for each, event in zip(paid, events, strict=True):
            each.came_in = event

    def _write_transfers(self, found: list[Paid]) -> None:
        requests = TransferRequest.objects.bulk_create(
            TransferRequest(payment=each.payment, seller=self.seller, code=new_code(), **_awaited(each.sold))
            for each in found
        )
        transfers = Transfer.objects.bulk_create(
            Transfer(
                seller=self.seller,
                source=Transfer.Source.FILE,
                fingerprint=_fingerprint("transfer", request.code),
                amount=each.payment.received,
                booked_on=_day(_paid_at(each.sold)),
                bank_reference=f"FT{each.sold.number:010}",
                content=f"MBVCB.{each.sold.number}.{request.code}.CT tu {each.sold.phone}",
                state=Transfer.State.MATCHED,
                payment=each.payment,
                file=self._file(BANK, _paid_at(each.sold)),
            )
            for each, request in zip(found, requests, strict=True)
            if each.payment.received
        )
        _write_steps(transfers, Transfer.State.UNMATCHED, Transfer.State.MATCHED)

    def _write_other_transfers(self, orders: int) -> None:
        states = [
            state for state, number in OTHER_TRANSFERS.items() for _each in range(-(-orders * number // 1000))
        ]
        transfers = Transfer.objects.bulk_create(
            Transfer(
                seller=self.seller,
                source=Transfer.Source.FILE,
                fingerprint=_fingerprint("other", str(number)),
                amount=50_000 + 1_000 * (number % 300),
                booked_on=clock.today() - datetime.timedelta(days=number % 60),
                bank_reference=f"FT9{number:09}",
                content="Chuyen tien mua hang",
                state=state,
                file=self.files[BANK][-1],
            )
            for number, state in enumerate(states)
        )
        _write_steps([each for each in transfers if each.state == Transfer.State.UNMATCHED], "unmatched")
        for state in set(OTHER_TRANSFERS) - {Transfer.State.UNMATCHED}:
            _write_steps([each for each in transfers if each.state == state], "unmatched", state)

    def _write_cards(self, found: list[Paid]) -> None:
        CardRequest.objects.bulk_create(
            CardRequest(payment=each.payment, seller=self.seller, account=self.account, **_awaited(each.sold))
            for each in found
        )
        sessions = StripeSession.objects.bulk_create(
            StripeSession(
                payment=each.payment,
                account=self.account,
                attempt=1,
                amount=each.payment.received,
                language="vi",
                return_url="https://example.org/",
                expires_at=_paid_at(each.sold) + datetime.timedelta(days=1),
                state=StripeSession.State.PAID,
                identifier=f"cs_{each.payment.reference}",
                intent=f"pi_{each.payment.reference}",
                paid_at=_paid_at(each.sold),
            )
            for each in found
            if each.payment.received
        )
        StripeDispute.objects.bulk_create(
            StripeDispute(
                session=session,
                identifier=f"dp_{session.payment.reference}",
                amount=session.amount,
                reason="product_not_received",
                status="won",
                opened_at=session.paid_at,
                closed_at=session.paid_at + datetime.timedelta(days=30),
                told_at=session.paid_at + datetime.timedelta(days=30),
            )
            for session in sessions[::20]
            if session.paid_at < clock.now() - datetime.timedelta(days=30)
        )

    def _write_payouts(self, found: list[Paid]) -> None:
        """Of nearly all parcels the carrier has handed the money over after two weeks, of a few less."""
        CarrierPayout.objects.bulk_create(
            CarrierPayout(
                seller=self.seller,
                seller_order=each.sold.part if each.sold.number % 500 else None,
                fingerprint=_fingerprint("payout", each.payment.reference),
                tracking_number=each.sold.parcel.tracking_number,
                amount=each.payment.received - (1_000 if _payout_state(each.sold) == "differs" else 0),
                expected=each.payment.received if each.sold.number % 500 else 0,
                paid_on=_day(each.sold.ended_at + PASSED_ON_AFTER),
                state=_payout_state(each.sold),
                file=self._file(CARRIER, each.sold.ended_at),
            )
            for each in found
            if each.payment.received and each.sold.is_older_than(CARRIER_DAYS) and each.sold.number % 200 != 7
        )


def give_back(refunds: Iterable[GivenBack]) -> list[Refund]:
    """Write refunds down, as `books.give_back` does: what is owed goes first, the rest is for goods."""
    found = [each for each in refunds if each.amount]
    written = Refund.objects.bulk_create(
        Refund(
            payment=each.paid.payment,
            amount=each.amount,
            way=REFUND_WAYS.get(each.paid.payment.method, Refund.Way.TRANSFER),
            proof=f"FT8{each.paid.sold.number:09}",
        )
        for each in found
    )
    for each in found:
        payment = each.paid.payment
        payment.due -= max(each.amount - payment.refund_owed, 0)
        payment.refunded += each.amount
        payment.state, payment.owed_since = state_of(payment), None
    Payment.objects.bulk_update(
        [each.paid.payment for each in found], ["due", "refunded", "state", "owed_since"]
    )
    events = PaymentEvent.objects.bulk_create(
        PaymentEvent(payment=each.paid.payment, state=each.paid.payment.state, moved=-each.amount)
        for each in found
    )
    _post_refunds(found, events)
    return written


# --- the ledger
@dataclass(frozen=True)
class _Posting:
    paid: Paid
    cause: str
    key: str
    at: datetime.datetime
    moved: Mapping[str, int]


def _post_sales(found: list[Paid]) -> None:
    """What was posted until each order stood as it does: its placing, its money, the step that ended it."""
    stand = ledger.positions([each.sold.part.pk for each in found])
    for each in found:
        each.stands = stand[each.sold.part.pk]
    _write(posting for each in found for posting in _postings_of_sale(each))


def _postings_of_sale(each: Paid) -> Iterator[_Posting]:
    part, payment, event = each.sold.part, each.payment, each.sold.last_event
    placed = _balanced(
        {
            LedgerAccount.SALES: -part.goods_total,
            LedgerAccount.DELIVERY: -part.delivery_charge,
            LedgerAccount.DISCOUNT: part.discount,
        }
    )
    yield _Posting(each, LedgerCause.PLACED, str(part.pk), each.sold.placed_at, placed)
    came, passed_on = {}, {}
    if payment.received:
        money = {account: each.stands.get(account, 0) for account in RECEIVING_ACCOUNTS}
        too_much = 0 if each.sold.is_lost else payment.refund_owed
        came = _balanced({**money, LedgerAccount.REFUNDS_OWED: -too_much})
        yield _Posting(each, LedgerCause.PAYMENT_STEP, str(each.came_in.pk), _paid_at(each.sold), came)
    if handed_over := each.stands.get(LedgerAccount.HANDED_OVER, 0):
        passed_on = {LedgerAccount.HANDED_OVER: handed_over, LedgerAccount.CARRIER_OUT: -handed_over}
    rest = _difference(each.stands, placed, came, passed_on)
    yield _Posting(each, LedgerCause.ORDER_STEP, str(event.pk), each.sold.ended_at, rest)
    yield _Posting(each, LedgerCause.PAYOUT, str(part.pk), each.sold.ended_at + PASSED_ON_AFTER, passed_on)


def _post_refunds(found: list[GivenBack], events: list[PaymentEvent]) -> None:
    stand = ledger.positions([each.paid.sold.part.pk for each in found]) if found else {}
    postings = []
    for each, event in zip(found, events, strict=True):
        after = stand[each.paid.sold.part.pk]
        moved = _difference(after, each.paid.stands)
        postings.append(_Posting(each.paid, LedgerCause.PAYMENT_STEP, str(event.pk), each.at, moved))
        each.paid.stands = after
    _write(postings)


def _write(postings: Iterable[_Posting]) -> None:
    wanted = sorted((each for each in postings if each.moved), key=lambda each: each.at)
    written = LedgerTransaction.objects.bulk_create(
        LedgerTransaction(
            seller_id=each.paid.sold.part.seller_id,
            seller_order=each.paid.sold.part,
            cause=each.cause,
            cause_key=f"{each.cause}:{each.key}",
            posted_at=each.at,
            day=_day(each.at),
        )
        for each in wanted
    )
    LedgerEntry.objects.bulk_create(
        (
            LedgerEntry(transaction=made, account=account, debit=max(amount, 0), credit=max(-amount, 0))
            for made, each in zip(written, wanted, strict=True)
            for account, amount in sorted(each.moved.items())
        ),
        batch_size=BATCH * 5,
    )


def _balanced(moved: Mapping[str, int]) -> dict[str, int]:
    """With what buyers owe in balance."""
    whole = {**moved, LedgerAccount.RECEIVABLE: -sum(moved.values())}
    return {account: amount for account, amount in whole.items() if amount}


def _difference(stands: Mapping[str, int], *posted: Mapping[str, int]) -> dict[str, int]:
    accounts = {*stands, *(account for each in posted for account in each)}
    left = {
        account: stands.get(account, 0) - sum(each.get(account, 0) for each in posted) for account in accounts
    }
    return {account: amount for account, amount in left.items() if amount}


# --- one order
def _payment(sold: Sold) -> Payment:
    total = sold.part.total
    too_much = sold.method == TRANSFER and sold.number % 97 == 0 and not sold.is_older_than(REFUND_DAYS)
    payment = Payment(
        reference=sold.part.number,
        method=sold.method,
        amount=total,
        due=0 if sold.is_lost else total,
        received=total + PAID_TOO_MUCH * too_much if _is_paid(sold) else 0,
    )
    payment.state = state_of(payment)
    payment.owed_since = sold.ended_at if payment.refund_owed else None
    return payment


def _is_paid(sold: Sold) -> bool:
    """Cash with the parcel; a transfer or card before it is packed, and in a third of what was cancelled."""
    if sold.method == CASH:
        return sold.state == State.DELIVERED
    if sold.state == State.CANCELLED:
        return sold.number % 3 == 0
    return sold.state != State.PENDING or sold.is_older_than(1)


def _paid_at(sold: Sold) -> datetime.datetime:
    return sold.ended_at if sold.method == CASH else sold.placed_at + datetime.timedelta(hours=1)


def _payout_state(sold: Sold) -> str:
    if sold.number % 500 == 0:
        return CarrierPayout.State.UNKNOWN
    if sold.number % 500 == 1:
        return CarrierPayout.State.DIFFERS
    return CarrierPayout.State.CLEARED if sold.number % 100 == 2 else CarrierPayout.State.SETTLED


def _awaited(sold: Sold) -> dict[str, datetime.datetime]:
    return {
        "due_at": sold.placed_at + datetime.timedelta(days=2),
        "remind_at": sold.placed_at + datetime.timedelta(days=1),
    }


def _write_steps(transfers: list[Transfer], *states: str) -> None:
    TransferStep.objects.bulk_create(
        TransferStep(transfer=each, state=state) for each in transfers for state in states
    )


def _day(moment: datetime.datetime) -> datetime.date:
    return moment.astimezone(clock.HA_NOI).date()


def _fingerprint(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
