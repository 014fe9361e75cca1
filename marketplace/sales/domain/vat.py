"""Value added tax in the prices: dated rates by set, who declares it, and how much is in an amount."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.db import transaction

from catalog.models import Product
from marketplace.core import activity, clock
from marketplace.core.dated import Dated, read
from marketplace.core.models import User
from marketplace.sales.models import SellerOrder, VatDeclaration
from marketplace.sales.models.fees import WHOLE
from producers.models import Partner, PointAct

FILE = Path(__file__).resolve().parent.parent / "data" / "vat_rates.json"


@dataclass(frozen=True)
class VatRate(Dated):
    """One row of the table: hundredths of a percent for sets (all without any) of a kind of seller (or all).

    ``basis`` is ``law``, or ``unverified`` where the official text has not been compared.
    """

    sets: tuple[int, ...]
    seller_kind: str
    hundredths: int
    basis: str
    act: str
    note: str

    def fits(self, set_number: int | None, seller_kind: str, day: datetime.date) -> bool:
        return (
            (not self.sets or set_number in self.sets)
            and self.seller_kind in ("", seller_kind)
            and self.holds_on(day)
        )


@dataclass(frozen=True)
class VatSum:
    """What of an order is under one rate, in whole VND; ``rate`` in hundredths of a percent."""

    rate: int
    gross: int

    @property
    def vat(self) -> int:
        return included(self.gross, self.rate)

    @property
    def net(self) -> int:
        return self.gross - self.vat

    @property
    def percent(self) -> str:
        """The rate in percent, such as ``8``."""
        return f"{self.rate / 100:g}"


@cache
def all_rates() -> tuple[VatRate, ...]:
    return read(FILE, "rates", VatRate)


def rate_for(set_number: int | None, seller_kind: str, day: datetime.date) -> int | None:
    """The rate in hundredths of a percent on a day; None before the table begins."""
    fitting = (rate.hundredths for rate in all_rates() if rate.fits(set_number, seller_kind, day))
    return next(fitting, None)


def rate_of(product: Product, seller_kind: str, day: datetime.date) -> int | None:
    """The rate for a product by its set."""
    category = product.category
    return rate_for(category.set_number if category is not None else None, seller_kind, day)


def included(gross: int, rate: int) -> int:
    """The tax in an amount that includes it, in whole VND, half a dong upwards."""
    whole = WHOLE + rate
    return (2 * gross * rate + whole) // (2 * whole)


def sums_of(seller_order: SellerOrder) -> list[VatSum]:
    """What the buyer pays, by rate, the highest first; nothing where the seller declared none.

    The lines are what is left after cancelled parts; delivery is after its discount.
    """
    gross: dict[int, int] = defaultdict(int)
    for line in seller_order.lines.all():
        if line.vat_rate is not None:
            gross[line.vat_rate] += line.total
    if seller_order.delivery_vat_rate is not None:
        delivery = seller_order.delivery_charge - seller_order.delivery_discount
        gross[seller_order.delivery_vat_rate] += delivery
    return _sums(gross)


def sums_at_counter(act: PointAct) -> list[VatSum]:
    """What a buyer paid or got back at a counter, by rate; nothing where the point declared none then.

    Goods that are picked up keep the rates of their order, those that are brought back of their sale's day.
    """
    if act.kind == PointAct.Kind.PICKUP:
        seller_order = SellerOrder.objects.filter(number=act.paper).first()
        return sums_of(seller_order) if seller_order is not None else []
    seller, sold_at = act.point.seller, (act.answers or act).happened_at
    if not is_declared_at(seller, sold_at):
        return []
    day = sold_at.astimezone(clock.HA_NOI).date()
    gross: dict[int, int] = defaultdict(int)
    for line in act.lines.prefetch_related("stock_record__product__categories"):
        rate = rate_of(line.stock_record.product, seller.kind, day)
        if rate is not None:
            gross[rate] += line.total
    return _sums(gross)


def _sums(gross: Mapping[int, int]) -> list[VatSum]:
    return [VatSum(rate, gross[rate]) for rate in sorted(gross, reverse=True) if gross[rate]]


def declaring(sellers: Iterable[Partner]) -> set[int]:
    """The keys of those who declare the tax now; one query."""
    newest: dict[int, bool] = {}
    rows = VatDeclaration.objects.filter(seller__in=list(sellers)).order_by("pk")
    for seller, is_declared in rows.values_list("seller", "is_declared"):
        newest[seller] = is_declared
    return {seller for seller, is_declared in newest.items() if is_declared}


def is_declared_at(seller: Partner, moment: datetime.datetime) -> bool:
    """Whether the seller declared the tax at a moment."""
    said = VatDeclaration.objects.filter(seller=seller, set_at__lte=moment).first()
    return said is not None and said.is_declared


@transaction.atomic
def declare(seller: Partner, *, is_declared: bool, actor: User) -> None:
    """Say whether the seller declares the tax from now on; the same again changes nothing.

    Orders that are placed keep what held when they were.
    """
    Partner.objects.select_for_update(no_key=True).get(pk=seller.pk)
    newest = VatDeclaration.objects.filter(seller=seller).first()
    if newest is not None and newest.is_declared == is_declared:
        return
    VatDeclaration.objects.create(seller=seller, is_declared=is_declared, set_by=activity.person(actor))
    activity.record("vat.declared", seller, actor=actor, is_declared=is_declared)
