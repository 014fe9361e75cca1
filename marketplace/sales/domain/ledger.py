"""A seller's book by double entry: what orders, payments, refunds and fees come to, posted as they happen.

An act changes a seller order or its payments and then posts by how much that moves each account, in the same
transaction: the difference between where the accounts should stand and where they stand. So whatever an act
did, the book sums to the orders afterwards, and posting again finds nothing to post. What is locked first is
the seller order, then its payments; whoever posts holds the payments.

Nobody changes or removes an entry. What an earlier release or a hand in the database left out is brought in
by a transaction of its own, on the day on which that is found (``manage.py ledger bring_in``).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import BigIntegerField, Count, F, Q, QuerySet, Sum, prefetch_related_objects
from django.db.models.functions import Cast, Coalesce

from marketplace.core import clock
from marketplace.payments.models import Payment, PaymentEvent
from marketplace.sales.domain import fees, received, statements
from marketplace.sales.models import (
    CarrierPayout,
    LedgerAccount,
    LedgerCause,
    LedgerEntry,
    LedgerTransaction,
    SellerOrder,
    SellerOrderEvent,
)

Account = LedgerAccount
State = SellerOrder.State
Balances = dict[str, int]
"""By account, in whole VND: above zero a debit, below a credit."""

#: In these an order is as it was: no goods came back, nobody has what owes a fee.
ON_THE_WAY = (State.CONFIRMED, State.PACKED, State.SHIPPED, State.READY_FOR_PICKUP)
PIECE = 500
"""Seller orders that are looked at together."""


@dataclass(frozen=True)
class _Known:
    """What decides where the accounts of a seller order stand, beside the order itself; whole VND.

    ``came_in`` is by payment and account; ``is_cleared``, that a person has dealt with what carriers handed
    over beyond or below what they had, so that nothing more is expected of them.
    """

    payments: Sequence[Payment] = ()
    came_in: Mapping[int, Mapping[str, int]] = field(default_factory=dict)
    handed_over: int = 0
    is_cleared: bool = False
    fee: int = 0


@dataclass(frozen=True)
class Difference:
    """An account of a seller order that does not stand where orders and payments say, in whole VND."""

    number: str
    account: str
    should_be: int
    stands_at: int


def post_placed(seller_orders: Iterable[SellerOrder]) -> None:
    """The orders are placed: the buyers owe what they cost. Posted for all of an order at once."""
    _write(
        (each, LedgerCause.PLACED, f"{LedgerCause.PLACED}:{each.pk}", _position(each, _Known()))
        for each in seller_orders
    )


def post_order_step(seller_order: SellerOrder, event: SellerOrderEvent) -> None:
    """What a step of a seller order changed: it ended, was delivered and owes a fee, or became smaller."""
    is_moved = event.kind == SellerOrderEvent.Kind.MOVED
    if is_moved and event.state in ON_THE_WAY:
        return
    _hold_payments(seller_order.number)
    _post_difference(seller_order, LedgerCause.ORDER_STEP, event.pk)


def post_payment_step(payment: Payment, event: PaymentEvent) -> None:
    """What a step of a payment changed; the payment is locked. Payments for something else are left alone."""
    seller_order = SellerOrder.objects.only("seller").filter(number=payment.reference).first()
    if seller_order is not None:
        _post_difference(seller_order, LedgerCause.PAYMENT_STEP, event.pk)


def post_payout(payout: CarrierPayout, key: object) -> None:
    """What a carrier handed over for a parcel, or a person's word on what differed; ``key`` tells the two."""
    if payout.seller_order is not None:
        _hold_payments(payout.seller_order.number)
        _post_difference(payout.seller_order, LedgerCause.PAYOUT, key)


def bring_in(seller_orders: QuerySet[SellerOrder]) -> int:
    """Post what the book lacks of these seller orders, each in its own transaction; gives how many it did."""
    wrong = {difference.number for difference in differences(seller_orders)}
    return sum(_bring_in(number) for number in sorted(wrong))


def differences(seller_orders: QuerySet[SellerOrder]) -> Iterator[Difference]:
    """The accounts that do not stand where they should; none in a book that is right.

    What buyers owe is held against the payments themselves, not only against the other accounts.
    """
    last = 0
    while pks := list(seller_orders.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:PIECE]):
        numbers = dict(SellerOrder.objects.filter(pk__in=pks).values_list("pk", "number"))
        targets, stand = positions(pks), _balances(pks)
        outstanding = _outstanding(numbers.values())
        for pk, number in sorted(numbers.items()):
            should = {**targets[pk], Account.RECEIVABLE: outstanding.get(number, 0)}
            yield from _compared(number, should, stand[pk])
        last = pks[-1]


def unbalanced() -> list[str]:
    """The causes of transactions whose debits are not their credits; SQLite alone could let one in."""
    sums = LedgerTransaction.objects.annotate(debits=Sum("entries__debit"), credits=Sum("entries__credit"))
    wrong = sums.exclude(debits=F("credits"))
    return list(wrong.order_by("pk").values_list("cause_key", flat=True))


def positions(pks: Iterable[int]) -> dict[int, Balances]:
    """Where the accounts of these seller orders should stand, by their keys; nine queries at most."""
    orders = list(_with_payouts(SellerOrder.objects.filter(pk__in=pks)))
    payments = defaultdict(list)
    found = list(Payment.objects.filter(reference__in=[each.number for each in orders]))
    prefetch_related_objects([payment for payment in found if payment.refunded], "refunds")
    for payment in found:
        payments[payment.reference].append(payment)
    owed = _fees_owed(orders)
    came = received.came_in(found, orders)
    known = {
        each.pk: _Known(
            payments=payments[each.number],
            came_in=came,
            handed_over=each.handed_over,
            is_cleared=each.cleared > 0,
            fee=owed.get(each.pk, 0),
        )
        for each in orders
    }
    return {each.pk: _position(each, known[each.pk]) for each in orders}


def _fees_owed(orders: Iterable[SellerOrder]) -> dict[int, int]:
    """By the key of each order that owes a fee, the fee in whole VND."""
    charged = [each.pk for each in orders if each.state in fees.CHARGED]
    if not charged:
        return {}
    with_fees = statements.with_money(SellerOrder.objects.filter(pk__in=charged).order_by())
    return dict(with_fees.values_list("pk", "fee"))


def _with_payouts(seller_orders: QuerySet[SellerOrder]) -> QuerySet[SellerOrder]:
    """With what carriers ``handed_over`` (VND), and how many payouts a person has ``cleared``."""
    whole = BigIntegerField()
    return seller_orders.annotate(
        handed_over=Coalesce(Cast(Sum("payouts__amount"), whole), 0, output_field=whole),
        cleared=Count("payouts", filter=Q(payouts__state=CarrierPayout.State.CLEARED)),
    )


def _position(seller_order: SellerOrder, known: _Known) -> Balances:
    """The accounts of one seller order, which sum to zero; what buyers owe is what the others leave."""
    balances: Balances = defaultdict(int)
    given_back = 0
    for payment in known.payments:
        came = known.came_in.get(payment.pk, {})
        _add(balances, came)
        if payment.refunded:
            _add(balances, received.went_back(payment, came), -1)
        balances[Account.REFUNDS_OWED] -= payment.refund_owed
        given_back += statements.given_back(payment)
    _hand_over(balances, known)
    if seller_order.state not in statements.NOT_SOLD:
        balances[Account.SALES] -= seller_order.goods_total
        balances[Account.DELIVERY] -= seller_order.delivery_charge
        balances[Account.DISCOUNT] += seller_order.discount - seller_order.discount_by_marketplace
        given_up = _claim_given_up(seller_order, given_back)
        balances[Account.CLAIM] += seller_order.discount_by_marketplace - given_up
        balances[Account.RETURNS] += given_back + given_up
    balances[Account.FEE] += known.fee
    balances[Account.FEE_OWED] -= known.fee
    balances[Account.RECEIVABLE] = -sum(balances.values())
    return {account: amount for account, amount in balances.items() if amount}


def _hand_over(balances: Balances, known: _Known) -> None:
    """What carriers handed over they have no more; what is left they have until a person has cleared it."""
    left = balances[Account.CARRIER] - known.handed_over if known.is_cleared else 0
    balances[Account.HANDED_OVER] += known.handed_over
    balances[Account.DIFFERENCE] += left
    balances[Account.CARRIER_OUT] -= known.handed_over + left


def _add(balances: Balances, amounts: Mapping[str, int], sign: int = 1) -> None:
    for account, amount in amounts.items():
        balances[account] += sign * amount


def _claim_given_up(seller_order: SellerOrder, given_back: int) -> int:
    """What of the marketplace's part of the goods' price the seller no longer claims, in whole VND.

    It goes with the goods: in proportion to what the buyer got back for them, all where they came back.
    """
    for_goods = seller_order.discount_by_marketplace - seller_order.delivery_discount_by_marketplace
    paid = seller_order.goods_total - seller_order.discount + seller_order.delivery_discount
    if seller_order.state == State.RETURNED:
        return for_goods
    return for_goods * min(given_back, paid) // paid if paid else 0


def _hold_payments(number: str) -> None:
    """Let nobody else post for this seller order until the transaction ends."""
    list(Payment.objects.select_for_update().filter(reference=number).order_by("pk").values_list("pk"))


def _post_difference(seller_order: SellerOrder, cause: LedgerCause, key: object) -> bool:
    """Bring the accounts to where they should stand; False where they stand there already."""
    pk = seller_order.pk
    should, stands = positions([pk])[pk], _balances([pk])[pk]
    moved = {each.account: each.should_be - each.stands_at for each in _compared("", should, stands)}
    if moved:
        _write([(seller_order, cause, f"{cause}:{key}", moved)])
    return bool(moved)


@transaction.atomic
def _bring_in(number: str) -> bool:
    seller_order = SellerOrder.objects.select_for_update(no_key=True).get(number=number)
    _hold_payments(number)
    earlier = LedgerTransaction.objects.filter(seller_order=seller_order).count()
    return _post_difference(seller_order, LedgerCause.BROUGHT_IN, f"{seller_order.pk}:{earlier}")


def _write(postings: Iterable[tuple[SellerOrder, str, str, Mapping[str, int]]]) -> None:
    """Write transactions; raises IntegrityError for a cause that was posted, ValueError for no balance."""
    now, day = clock.now(), clock.today()
    wanted = [each for each in postings if each[3]]
    for _order, _cause, key, moved in wanted:
        if sum(moved.values()):
            raise ValueError(f"the ledger transaction {key} does not balance")
    written = LedgerTransaction.objects.bulk_create(
        LedgerTransaction(
            seller_id=order.seller_id,
            seller_order=order,
            cause=cause,
            cause_key=key,
            posted_at=now,
            day=day,
        )
        for order, cause, key, _moved in wanted
    )
    LedgerEntry.objects.bulk_create(
        LedgerEntry(transaction=made, account=account, debit=max(amount, 0), credit=max(-amount, 0))
        for made, (*_of, moved) in zip(written, wanted, strict=True)
        for account, amount in sorted(moved.items())
    )


def _balances(pks: Iterable[int]) -> dict[int, Balances]:
    found: dict[int, Balances] = {pk: {} for pk in pks}
    entries = LedgerEntry.objects.filter(transaction__seller_order__in=found)
    rows = entries.balances("transaction__seller_order").values_list(
        "transaction__seller_order", "account", "balance"
    )
    for pk, account, balance in rows:
        found[pk][account] = balance
    return found


def _outstanding(numbers: Iterable[str]) -> dict[str, int]:
    payments = Payment.objects.filter(reference__in=list(numbers), due__gt=F("received") - F("refunded"))
    return {payment.reference: payment.outstanding for payment in payments}


def _compared(number: str, should: Mapping[str, int], stands: Mapping[str, int]) -> Iterator[Difference]:
    for account in sorted({*should, *stands}):
        wanted, found = should.get(account, 0), stands.get(account, 0)
        if wanted != found:
            yield Difference(number, account, wanted, found)
