"""Where to buy a product: the points of sale that have it on their shelf, by distance."""

import datetime
from typing import NamedTuple

from django.db.models import F, Q, Sum
from django.utils.translation import gettext_lazy as _

from marketplace.core import clock
from marketplace.core.distance import Placed, box_around, kilometres
from producers.models import Batch, Partner, StockRecord
from producers.shown import MOST_FEW

WITHIN = 50.0
"""Kilometres in which a buyer looks for a point."""


class Level(NamedTuple):
    """How much a point has left, as buyers read it: the number itself is the point's business."""

    code: str
    label: str


OUT = Level("out", _("Sold out"))
FEW = Level("few", _("A few left"))
IN_STOCK = Level("in_stock", _("In stock"))


def level_of(sellable: int) -> Level:
    """The band of a number that can be sold."""
    if sellable <= 0:
        return OUT
    return FEW if sellable <= MOST_FEW else IN_STOCK


class Place(NamedTuple):
    """A point that sells a product; ``distance`` in kilometres, None where none was asked or is known."""

    record_id: int
    product_id: int
    price: int
    sellable: int
    point_id: int
    slug: str
    name: str
    latitude: float | None
    longitude: float | None
    is_approximate: bool
    opened_on: datetime.date | None
    pause_from: datetime.date | None
    pause_to: datetime.date | None
    distance: float | None = None

    @property
    def level(self) -> Level:
        return level_of(self.sellable)

    @property
    def can_reserve(self) -> bool:
        """Whether it keeps one for a buyer today."""
        is_paused = self.pause_from is not None and self.pause_from <= clock.today() <= self.pause_to
        return self.sellable > 0 and not is_paused


_COLUMNS = {
    "record_id": "pk",
    "product_id": "product_id",
    "price": "price",
    "sellable": "unreserved",
    "point_id": "partner__point__pk",
    "slug": "partner__slug",
    "name": "partner__name",
    "latitude": "partner__point__latitude",
    "longitude": "partner__point__longitude",
    "is_approximate": "partner__point__is_approximate",
    "opened_on": "partner__point__opened_on",
    "pause_from": "partner__pause_from",
    "pause_to": "partner__pause_to",
}
_LATITUDE = list(_COLUMNS).index("latitude")
"""Where the position begins in a row."""


def where_to_buy(
    product_ids: int | list[int], *, near: Placed | None = None, within: float = WITHIN
) -> list[Place]:
    """The public points with one of these products (a product and its variants) and a price for it.

    With ``near`` those within so many kilometres, the nearest first; without it all, those that have some
    first, then by name. Two queries.
    """
    ids = [product_ids] if isinstance(product_ids, int) else list(product_ids)
    rows = _on_public_shelves().filter(product__in=ids)
    expired = _expired(ids)
    if near is None:
        places = [_place(row, expired) for row in rows.values_list(*_COLUMNS.values())]
        return sorted(places, key=lambda each: (each.sellable == 0, each.name, each.record_id))
    box = {f"partner__point__{name}__range": span for name, span in box_around(near, within).items()}
    found = ((_distance(row, near), row) for row in rows.filter(**box).values_list(*_COLUMNS.values()))
    # The record comes first in a row, so that equal distances are ordered by it.
    return [_place(row, expired, distance) for distance, row in sorted(found) if distance <= within]


def _on_public_shelves():
    today = clock.today()
    return StockRecord.objects.annotate(unreserved=F("num_in_stock") - F("num_allocated")).filter(
        Q(partner__point__last_day=None) | Q(partner__point__last_day__gte=today),
        Q(partner__point__opened_on=None) | Q(partner__point__opened_on__lte=today),
        partner__kind=Partner.Kind.POINT,
        partner__state=Partner.State.OPEN,
        price__isnull=False,
        departure=None,
    )


def _expired(product_ids: list[int]) -> dict[int, int]:
    """Pieces that may no longer be sold, by stock record: read beside the shelves, for there are few."""
    rows = Batch.objects.left().expired().filter(stock_record__product__in=product_ids).order_by()
    return dict(rows.values_list("stock_record").annotate(Sum("quantity_left")))


class _At(NamedTuple):
    latitude: float
    longitude: float


def _place(row: tuple, expired: dict[int, int], distance: float | None = None) -> Place:
    record, product, price, unreserved, *others = row
    sellable = max(unreserved - expired.get(record, 0), 0)
    return Place(record, product, int(price), sellable, *others, distance)


def _distance(row: tuple, near: Placed) -> float:
    return kilometres(_At(*row[_LATITUDE : _LATITUDE + 2]), near)
