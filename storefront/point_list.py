"""The list of points of sale: what was chosen in its filter, the points by distance or place, their map."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from catalog.models import Product
from marketplace.core import clock
from marketplace.core.addresses import address
from marketplace.core.distance import kilometres
from marketplace.core.text import nfc
from marketplace.regions.models import Region, RegionKind
from producers.domain.points import middle_of
from producers.models import PointOfSale
from search.names import called, patterns
from storefront.points_map import map_of
from storefront.shelf_offers import give_offers, offers_of, packs_of

POINTS = 24
SUGGESTED = 4
MOST_TEXT = 100
LONGEST_KEY = 32
METRES_FROM, TENTHS_TO = 1.0, 10.0
"""Kilometres from which distances are told in kilometres, and up to which with tenths."""

_POSITION = re.compile(r"(-?[0-9]{1,2}(?:\.[0-9]{1,6})?),(-?[0-9]{1,3}(?:\.[0-9]{1,6})?)")
_LIST_ORDER = ("province_name", "seller__region__name", "seller__name", "pk")


@dataclass(frozen=True)
class Choice:
    """What a reader narrows the list to; what is not there counts as not chosen."""

    text: str = ""
    goods: str = ""
    region: str = ""
    near: str = ""
    is_open: bool = False
    is_in_stock: bool = False
    page: str = ""
    product: Product | None = None
    """Of the page that says where this product can be bought."""

    @classmethod
    def of(cls, parameters: Mapping[str, str], product: Product | None = None) -> "Choice":
        return cls(
            text=nfc(parameters.get("q", "").replace("\x00", " "))[:MOST_TEXT],
            goods=nfc(parameters.get("goods", "").replace("\x00", " "))[:MOST_TEXT],
            product=product,
            is_in_stock=parameters.get("stock") == "1",
            region=parameters.get("region", "").replace("\x00", "")[:LONGEST_KEY],
            near=parameters.get("near", "").replace("\x00", "")[:LONGEST_KEY],
            is_open=parameters.get("open") == "1",
            page=parameters.get("page", ""),
        )

    @property
    def is_narrowed(self) -> bool:
        chosen = (self.text, self.goods, self.region, self.near, self.is_open, self.is_in_stock)
        return any(chosen)

    def narrow(self, points: QuerySet) -> QuerySet:
        """The points with the words, in the place, with the goods, open now if that is wanted."""
        if wanted := patterns(self.text):
            points = called(points, "folded", wanted.values())
        if self.region:
            points = points.filter(_lies_in(self.region))
        if self.is_open:
            points = points.open_at(clock.now())
        if self.product is not None:
            points = points.carrying(packs_of(self.product), in_stock=self.is_in_stock)
        elif wanted := patterns(self.goods):
            goods = called(Product.objects.listed(), "folded", wanted.values()).values("pk")
            points = points.carrying(goods, in_stock=self.is_in_stock)
        return points

    def query(self, **changes: str) -> str:
        """The parameters of this choice, changed."""
        chosen = {
            "q": self.text,
            "goods": self.goods,
            "region": self.region,
            "near": self.near,
            "open": "1" if self.is_open else "",
            "stock": "1" if self.is_in_stock else "",
            **changes,
        }
        return urlencode({name: value for name, value in chosen.items() if value})

    def url(self, **changes: str) -> str:
        """The address of the list with this choice, changed."""
        query = self.query(**changes)
        return self.page_url + (f"?{query}" if query else "")

    @property
    def page_url(self) -> str:
        """The address of the list without a choice."""
        if self.product is None:
            return reverse("points:index")
        return reverse("catalogue:where", args=[self.product.slug, self.product.pk])

    @property
    def positions_url(self) -> str:
        """Where the map with tiles finds the positions of the points."""
        product = str(self.product.pk) if self.product is not None else ""
        query = self.query(product=product)
        return reverse("points:positions") + (f"?{query}" if query else "")


@dataclass(frozen=True)
class Near:
    """Where the reader is: a position, or the middle of a place, whose name stands in ``label``."""

    latitude: float
    longitude: float
    label: str = ""

    @property
    def is_approximate(self) -> bool:
        return bool(self.label)


@dataclass(frozen=True)
class Spot:
    """A point as maps and distances need it."""

    pk: int
    slug: str
    name: str
    latitude: float | None
    longitude: float | None
    is_approximate: bool
    region: str | None
    place: str | None
    province: str | None
    province_name: str | None

    @property
    def url(self) -> str:
        return address("points:detail", self.slug)


@dataclass(frozen=True)
class Option:
    """A province that can be chosen, with the number of its points."""

    value: str
    label: str
    count: int


def context(request: HttpRequest, product: Product | None = None) -> dict:
    """What the page of the list shows, by the same number of queries whatever there is.

    With a product that has a page: the points that have it, each with its offers.
    """
    choice = Choice.of(request.GET, product)
    near = near_of(choice.near)
    if near is None:
        choice = replace(choice, near="")
    found = spots_of(choice.narrow(PointOfSale.objects.public()))
    found = by_province(found) if near is None else by_distance(found, near)
    listed = Paginator(found, POINTS).get_page(choice.page)
    groups = _groups(listed, near)
    if product is not None:
        give_offers([point for _name, points in groups for point in points], offers_of(product))
    return {
        "choice": choice,
        "near": near,
        "provinces": _provinces(choice),
        "chosen_place": _place_of(choice.region),
        "suggested": _suggested(choice),
        "listed": listed,
        "groups": groups,
        "map": map_of(found, choice, near),
        "all_url": choice.page_url,
        "without_near_url": choice.url(near=""),
        "noindex": choice.is_narrowed,
        "crumbs": [{"title": _("Points of sale")}],
    }


def near_of(text: str) -> Near | None:
    """A position as ``latitude,longitude``, or the middle of the place with this key; None for neither."""
    if position := _POSITION.fullmatch(text):
        return Near(float(position[1]), float(position[2]))
    region = Region.objects.labelled().filter(key=text).first() if text else None
    if region is None:
        return None
    latitude, longitude = middle_of(region)
    return None if latitude is None else Near(latitude, longitude, region.label)


def spots_of(points: QuerySet) -> list[Spot]:
    """All these points by place, in one query."""
    columns = (
        "pk",
        "seller__slug",
        "seller__name",
        "latitude",
        "longitude",
        "is_approximate",
        "seller__region__key",
        "seller__region__short_name",
        "province",
        "province_name",
    )
    rows = points.annotate(
        province=Coalesce("seller__region__parent__key", "seller__region__key"),
        province_name=Coalesce("seller__region__parent__short_name", "seller__region__short_name"),
    )
    return [Spot(*row) for row in rows.order_by(*_LIST_ORDER).values_list(*columns)]


def by_province(spots: Iterable[Spot]) -> list[Spot]:
    """Those of the province with the most points first; what names no province comes last."""
    spots = list(spots)
    counts = Counter(spot.province for spot in spots)
    return sorted(
        spots, key=lambda spot: (not spot.province, -counts[spot.province], spot.province_name or "")
    )


def by_distance(spots: Iterable[Spot], near: Near) -> list[Spot]:
    """Those with a position, the nearest first."""
    placed = [spot for spot in spots if spot.latitude is not None]
    return sorted(placed, key=lambda spot: (kilometres(spot, near), spot.pk))


def distance_in_words(distance: float, *, is_approximate: bool) -> str:
    """Kilometres as one says them, no more exact than they are known."""
    if distance < METRES_FROM:
        words = _("%(number)s m") % {"number": max(50, round(distance * 20) * 50)}
    else:
        tenths = 1 if distance < TENTHS_TO else 0
        words = _("%(number)s km") % {"number": number_format(round(distance, tenths), tenths)}
    return _("about %(distance)s") % {"distance": words} if is_approximate else words


def dressed(pks: Sequence[int]) -> list[PointOfSale]:
    """The points with what rows of them show, in the order of their ids; three queries, none for none."""
    found = {point.pk: point for point in PointOfSale.objects.filter(pk__in=pks).for_lists()} if pks else {}
    return [found[pk] for pk in pks if pk in found]


def told_distances(points: list[PointOfSale], origin: "Near | PointOfSale") -> list[PointOfSale]:
    """The points, each with its ``distance`` in words from where the reader is, or from another point."""
    for point in points:
        is_approximate = point.is_approximate or origin.is_approximate
        point.distance = distance_in_words(kilometres(point, origin), is_approximate=is_approximate)
    return points


def _groups(listed: Page, near: Near | None) -> list[tuple[str, list[PointOfSale]]]:
    """The rows of a page: under their provinces, or all together where they stand by distance."""
    points = dressed([spot.pk for spot in listed])
    if near is None:
        provinces = {spot.pk: spot.province_name for spot in listed}
        together = groupby(points, key=lambda point: provinces[point.pk])
        return [(name or _("Place not known"), list(rows)) for name, rows in together]
    return [("", told_distances(points, near))] if points else []


def _lies_in(key: str) -> Q:
    """In the place with this key, by today's units or by those that were recorded."""
    paths = ("region", "region__parent", "recorded_region", "recorded_region__parent")
    condition = Q()
    for path in (*paths, "recorded_region__parent__parent"):
        condition |= Q(**{f"seller__{path}__key": key})
    return condition


def _provinces(choice: Choice) -> list[Option]:
    """Provinces with the numbers of points that the rest of the choice leaves, the most first."""
    counted = Counter(_keys_of(replace(choice, region="").narrow(PointOfSale.objects.public())))
    options = [Option(key, name, number) for (key, name), number in counted.items() if key]
    return sorted(options, key=lambda option: (-option.count, option.label))


def _keys_of(points: QuerySet) -> Iterator[tuple[str, str]]:
    key = Coalesce(F("seller__region__parent__key"), F("seller__region__key"))
    name = Coalesce(F("seller__region__parent__short_name"), F("seller__region__short_name"))
    return points.annotate(key=key, label=name).order_by().values_list("key", "label").iterator()


def _place_of(key: str) -> Region | None:
    """The place that was chosen, where it is not one of the provinces that the filter offers."""
    if not key:
        return None
    place = Region.objects.labelled().filter(key=key).first()
    is_offered = place is None or (place.kind == RegionKind.PROVINCE and place.is_current)
    return None if is_offered else place


def _suggested(choice: Choice) -> list[Region]:
    """Communes that are called as what was typed: the reader may want what is near them."""
    if not patterns(choice.text):
        return []
    return list(Region.objects.current().communes().matching(choice.text).labelled()[:SUGGESTED])
