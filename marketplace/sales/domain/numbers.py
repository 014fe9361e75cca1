"""A stall in numbers: sales by day, product and province, beside the visits of its pages.

An order counts on the day in Hà Nội on which it was placed; one that was cancelled or refused at the door
does not count. Packs of a product count for the product.
"""

import datetime
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db.models import Count, F, FilteredRelation, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncDate

from catalog.models import Product
from marketplace.sales.domain.statements import NOT_SOLD
from marketplace.sales.models import SellerOrder, SellerOrderLine
from producers.models import DailyVisits, Partner, StockMovement, StockRecord

#: What changes the number on the shelf; the other kinds only say who has taken it.
ON_SHELF = (
    StockMovement.Kind.RECEIVED,
    StockMovement.Kind.HANDED_OVER,
    StockMovement.Kind.CORRECTED,
    StockMovement.Kind.PACKED,
)
_GOODS = F("goods_total") - F("discount") + F("delivery_discount")
_PRODUCT = Coalesce(F("variant__parent"), F("order_line__product"))

Moments = tuple[datetime.datetime, datetime.datetime]
"""From the first moment to the one after the last."""


@dataclass(frozen=True)
class Sold:
    """Orders, pieces where they are known, and goods in VND after discounts, without delivery."""

    orders: int = 0
    amount: int = 0
    pieces: int = 0

    def __add__(self, other: "Sold") -> "Sold":
        return Sold(self.orders + other.orders, self.amount + other.amount, self.pieces + other.pieces)


@dataclass(frozen=True)
class Turnover:
    """Pieces on the shelf now and when the days began, and those that left it with orders."""

    now: int
    before: int
    left: int

    @property
    def times(self) -> float | None:
        """How often the usual stock was sold; None where there was none."""
        usual = (self.now + self.before) / 2
        return self.left / usual if usual > 0 else None


def by_day(seller: Partner, moments: Moments) -> dict[datetime.date, Sold]:
    """What was sold on each day that had orders; one query."""
    rows = (
        _orders(seller, moments)
        .annotate(day=TruncDate("placed_at"))
        .values_list("day")
        .annotate(orders=Count("pk"), amount=Sum(_GOODS))
    )
    return {day: Sold(orders, amount) for day, orders, amount in rows}


def by_product(seller: Partner, moments: Moments) -> QuerySet:
    """Rows of product, name, orders, goods in VND and pieces; the best selling first."""
    begin, end = moments
    lines = SellerOrderLine.objects.filter(
        seller_order__seller=seller,
        seller_order__placed_at__gte=begin,
        seller_order__placed_at__lt=end,
        quantity__gt=0,
    ).exclude(seller_order__state__in=NOT_SOLD)
    # Of all products only the variants are looked through for what they belong to.
    variants = FilteredRelation("order_line__product", condition=Q(order_line__product__parent__isnull=False))
    return (
        lines.order_by()
        .annotate(variant=variants)
        .annotate(product=_PRODUCT)
        .values("product")
        .annotate(orders=Count("seller_order", distinct=True), amount=Sum("total"), pieces=Sum("quantity"))
        .order_by("-amount", "product")
        .values_list("product", "orders", "amount", "pieces")
    )


def by_province(seller: Partner, moments: Moments) -> QuerySet:
    """Rows of the province that the goods went to, orders and goods in VND; the best first."""
    return (
        _orders(seller, moments)
        .filter(order__shipping_address__isnull=False)
        .values("order__shipping_address__state")
        .annotate(orders=Count("pk"), amount=Sum(_GOODS))
        .order_by("-amount")
        .values_list("order__shipping_address__state", "orders", "amount")
    )


def visits_by_day(seller: Partner, first: datetime.date, last: datetime.date) -> dict[datetime.date, int]:
    """Visits of the stall and its products together; days without any are left out."""
    rows = _visits(seller, first, last).values_list("day").annotate(Sum("visits"))
    return dict(rows)


def visits_by_product(
    seller: Partner, first: datetime.date, last: datetime.date, products: Collection[int]
) -> dict[int, int]:
    """Visits of the pages of these products."""
    rows = _visits(seller, first, last).filter(product__in=products)
    return dict(rows.values_list("product").annotate(Sum("visits")))


def turnover(seller: Partner, moments: Moments, products: Collection[int]) -> dict[int, Turnover]:
    """How often the stock of these products, with all their packs, was sold; two queries."""
    begin, end = moments
    of = Coalesce(F("product__parent"), F("product"))
    packs = Product.objects.filter(Q(pk__in=products) | Q(parent__in=products)).order_by().values("pk")
    records = StockRecord.objects.filter(partner=seller, product__in=packs).annotate(of=of)
    now: dict[int, int] = {}
    owner: dict[int, int] = {}
    for pk, product, number in records.values_list("pk", "of", "num_in_stock"):
        owner[pk] = product
        now[product] = now.get(product, 0) + number
    left_by_orders = Q(kind=StockMovement.Kind.HANDED_OVER, at__lt=end)
    changes = (
        StockMovement.objects.filter(stock_record__in=owner, kind__in=ON_SHELF, at__gte=begin)
        .order_by()
        .values_list("stock_record")
        .annotate(Sum("quantity"), left=Coalesce(Sum("quantity", filter=left_by_orders), 0))
    )
    changed: dict[int, int] = {}
    left: dict[int, int] = {}
    for record, change, handed_over in changes:
        product = owner[record]
        changed[product] = changed.get(product, 0) + change
        left[product] = left.get(product, 0) - handed_over
    return {
        product: Turnover(number, max(number - changed.get(product, 0), 0), left.get(product, 0))
        for product, number in now.items()
    }


def days(first: datetime.date, last: datetime.date) -> Iterator[datetime.date]:
    """All days, both included."""
    for number in range((last - first).days + 1):
        yield first + datetime.timedelta(days=number)


def _orders(seller: Partner, moments: Moments) -> QuerySet[SellerOrder]:
    begin, end = moments
    placed = SellerOrder.objects.filter(seller=seller, placed_at__gte=begin, placed_at__lt=end)
    return placed.exclude(state__in=NOT_SOLD).order_by()


def _visits(seller: Partner, first: datetime.date, last: datetime.date) -> QuerySet[DailyVisits]:
    return DailyVisits.objects.filter(seller=seller, day__range=(first, last)).order_by()
