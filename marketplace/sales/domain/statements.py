"""A seller's money: what was sold, received and given back, and which fee is owed, by seller order."""

from dataclasses import dataclass

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    Expression,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    When,
)
from django.db.models import Value as V
from django.db.models.functions import Coalesce

from marketplace.payments.methods import METHODS
from marketplace.payments.models import Payment
from marketplace.payments.models.payments import LOWERED
from marketplace.sales.domain.fees import all_rates, fee_owed, goods_kept
from marketplace.sales.models import FeeRate, SellerOrder

#: The ways to pay of which having the goods says nothing.
BEFORE_RECEIPT = tuple(method.code for method in METHODS if not method.is_settled_on_receipt)

State = SellerOrder.State

NOT_SOLD = (State.CANCELLED, State.REFUSED)
"""Orders of which nothing is owed to anybody."""


@dataclass(frozen=True)
class Sums:
    """All amounts in whole VND."""

    orders: int
    sold: int
    received: int
    refunded: int
    fee: int

    @property
    def kept(self) -> int:
        """What the seller has after refunds and the fee."""
        return self.received - self.refunded - self.fee


def with_money(seller_orders: QuerySet[SellerOrder]) -> QuerySet[SellerOrder]:
    """The seller orders with ``sold``, ``received``, ``refunded`` and ``fee`` in whole VND.

    For pages of a list and for files: the two sums of payments are asked row by row.
    """
    payments = Payment.objects.filter(reference=OuterRef("number")).order_by()
    return seller_orders.annotate(
        sold=_sold(),
        received=_sum_of(payments, "received"),
        refunded=_sum_of(payments, "refunded"),
        fee=fee_owed(all_rates(), goods_kept(_given_back())),
    )


def sums_of(seller_orders: QuerySet[SellerOrder]) -> Sums:
    """The sums of all these seller orders; two queries and the rates, one more after refunds."""
    bare, rates = seller_orders.order_by(), all_rates()
    of_orders = bare.aggregate(fee=_all(fee_owed(rates)), sold=_all(_sold()), orders=Count("pk"))
    payments = Payment.objects.filter(reference__in=bare.values("number"))
    of_payments = payments.aggregate(
        lowered=Count("pk", filter=LOWERED), received=_all(F("received")), refunded=_all(F("refunded"))
    )
    if of_payments.pop("lowered"):
        of_orders["fee"] -= _not_owed(bare, rates)
    return Sums(**of_orders, **of_payments)


def awaiting(seller_orders: QuerySet[SellerOrder]) -> QuerySet[SellerOrder]:
    """Those of which the seller still waits for money."""
    return _whose_payment(seller_orders, Q(due__gt=F("received") - F("refunded")))


def awaiting_transfer(seller_orders: QuerySet[SellerOrder]) -> QuerySet[SellerOrder]:
    """Those of which a transfer or a card is awaited, whole or in part."""
    return awaiting(seller_orders).filter(payment_method__in=BEFORE_RECEIPT)


def paying_on_receipt(seller_orders: QuerySet[SellerOrder]) -> QuerySet[SellerOrder]:
    """Those that are paid when the buyer has the goods, and have not been."""
    return awaiting(seller_orders).exclude(payment_method__in=BEFORE_RECEIPT)


def paid(seller_orders: QuerySet[SellerOrder]) -> QuerySet[SellerOrder]:
    """Those that were paid, also where money has gone back since."""
    return _whose_payment(seller_orders, Q(received__gt=0, due__lte=F("received") - F("refunded")))


def refunded(seller_orders: QuerySet[SellerOrder]) -> QuerySet[SellerOrder]:
    """Those of which something was given back."""
    return _whose_payment(seller_orders, Q(refunded__gt=0))


def owing_back(seller_orders: QuerySet[SellerOrder]) -> QuerySet[SellerOrder]:
    """Those of which the seller has more than is owed."""
    return _whose_payment(seller_orders, Q(due__lt=F("received") - F("refunded")))


def given_back(payment: Payment) -> int:
    """What of a payment goes back for goods of an order that was not cancelled, in VND.

    Also what did not reach the card that it was sent to, and is owed again. `with_money` asks the database
    for the same.
    """
    return payment.amount - payment.due


def _not_owed(seller_orders: QuerySet[SellerOrder], rates: list[FeeRate]) -> int:
    """By how much the fee is less for what was given back; only those orders are looked at one by one."""
    less = fee_owed(rates) - fee_owed(rates, goods_kept(_given_back()))
    return _whose_payment(seller_orders, LOWERED).aggregate(all=_all(less))["all"]


def _given_back() -> Coalesce:
    """What goes back for goods: not what was paid too much, which is due to nobody."""
    payments = Payment.objects.filter(reference=OuterRef("number")).order_by()
    return _sum_of(payments, F("amount") - F("due"))


def _whose_payment(seller_orders: QuerySet[SellerOrder], condition: Q) -> QuerySet[SellerOrder]:
    return seller_orders.filter(number__in=Payment.objects.filter(condition).values("reference"))


def _sold() -> Case:
    return Case(When(state__in=NOT_SOLD, then=V(0)), default=F("total"), output_field=BigIntegerField())


def _sum_of(payments: QuerySet[Payment], what: str | Expression) -> Coalesce:
    total = payments.values("reference").annotate(whole=Sum(what)).values("whole")
    return Coalesce(Subquery(total, BigIntegerField()), V(0), output_field=BigIntegerField())


def _all(expression) -> Coalesce:
    return Coalesce(Sum(expression), V(0), output_field=BigIntegerField())
