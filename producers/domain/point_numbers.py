"""Points of sale in numbers, for the office: what lies there, what was sold, who has not been heard of."""

import datetime
from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count, F, Max, Q, Sum

from marketplace.core import clock
from marketplace.regions.models import Region, RegionKind
from producers.domain.point_targets import PointTarget
from producers.models import ActLine, Batch, Partner, PointAct, PointOfSale

PERIOD = datetime.timedelta(days=30)
SILENCE = datetime.timedelta(days=7)
"""A point that has recorded nothing for so long has not reported."""

SIGNS = {PointAct.Kind.SALE: 1, PointAct.Kind.PICKUP: 1, PointAct.Kind.RETURN: -1}
"""What counts as sold, and what takes it off again."""

GROUPS = {
    "point": ("partner", Partner),
    "commune": ("partner__region", Region),
    "producer": ("product__producer", Partner),
}
"""What the numbers can be told by: the way from a stock record, and what stands there."""


@dataclass
class Numbers:
    """Of a point, commune or producer: pieces on shelves now, pieces sold, and what they cost (VND)."""

    name: str = ""
    in_stock: int = 0
    sold: int = 0
    amount: int = 0
    reported_at: datetime.datetime | None = None
    url: str = ""


def former_districts() -> list[Region]:
    """The former districts in which points lie, by name; one query."""
    places = PointOfSale.objects.public().values("seller__region")
    communes = Region.succession_model().objects.filter(successor__in=places).values("predecessor__parent")
    districts = Region.objects.former().filter(kind=RegionKind.DISTRICT, pk__in=communes)
    return list(districts.order_by("short_name", "pk"))


def _within(place: Region | None, seller: str) -> Q:
    """That a seller, named by the way to it, lies in a place of today or of then."""
    if place is None:
        return Q()
    today = Region.objects.within(place).values("pk")
    return Q(**{f"{seller}region__in": today})


def numbers_by(group: str, place: Region | None = None) -> list[Numbers]:
    """One row for each point, commune or producer with goods, or sales in 30 days, the most sold first.

    Of the points in a place, such as a former district, if one is named. Three queries. Raises ``KeyError``
    for another group.
    """
    path, model = GROUPS[group]
    found: dict[int, Numbers] = defaultdict(Numbers)
    here = _within(place, "stock_record__partner__")
    stock = Batch.objects.left().filter(here).order_by().values_list(f"stock_record__{path}")
    for pk, left in stock.annotate(Sum("quantity_left")):
        found[pk].in_stock = left
    since = clock.now() - PERIOD
    lines = ActLine.objects.filter(here, act__kind__in=SIGNS, act__recorded_at__gte=since)
    sums = (
        lines.order_by()
        .values_list(f"stock_record__{path}", "act__kind")
        .annotate(pieces=Sum("quantity"), amount=Sum(F("quantity") * F("unit_price")))
    )
    for pk, kind, pieces, amount in sums:
        found[pk].sold += SIGNS[kind] * pieces
        found[pk].amount += SIGNS[kind] * amount
    names = dict(model.objects.filter(pk__in=[pk for pk in found if pk]).values_list("pk", "name"))
    for pk, numbers in found.items():
        numbers.name = names.get(pk, "")
    return sorted(found.values(), key=lambda each: (-each.amount, -each.in_stock, each.name))


def silent_points(place: Region | None = None) -> list[Numbers]:
    """Points open for seven days that have recorded nothing since, the longest silent first. One query."""
    is_new = Q(opened_on__gt=clock.today() - SILENCE)
    points = (
        PointOfSale.objects.begun()
        .exclude(is_new)
        .filter(_within(place, "seller__"))
        .annotate(reported_at=Max("acts__recorded_at"))
    )
    is_silent = Q(reported_at=None) | Q(reported_at__lt=clock.now() - SILENCE)
    silent = points.filter(is_silent).select_related("seller")
    rows = [
        Numbers(name=point.name, reported_at=point.reported_at, url=point.get_absolute_url())
        for point in silent
    ]
    never = datetime.datetime.min.replace(tzinfo=datetime.UTC)
    return sorted(rows, key=lambda each: (each.reported_at or never, each.name))


def open_points() -> int:
    """How many points the register has open today."""
    return PointOfSale.objects.begun().count()


class Opened(NamedTuple):
    """Points that are open today: all of the register, and those that count for a target."""

    registered: int
    counted: int


def opened_for(target: PointTarget) -> Opened:
    """Open points held against a target: what is made up for demonstrations does not count. One query."""
    there = Q(seller__region__parent__code=target.province) | Q(
        seller__region__code=target.province, seller__region__kind=RegionKind.PROVINCE
    )
    counts = PointOfSale.objects.begun().aggregate(
        registered=Count("pk"), counted=Count("pk", filter=there & Q(seller__is_fictional=False))
    )
    return Opened(**counts)
