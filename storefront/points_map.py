"""Points of sale on a map of dots: the country's with a mark for each province, or a province's.

The map of a list is made of its points; that of a block (`Crowd`) of their numbers, however many there are.
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import fmean
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

from django.db.models import Avg, Count, F, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplace.core.addresses import address
from marketplace.regions.domain.maps import DotMap, country_dots, province_dots
from marketplace.regions.models import Region
from producers.models import PointOfSale

if TYPE_CHECKING:
    from storefront.point_list import Choice, Near, Spot


@dataclass(frozen=True)
class Mark:
    """A place on the map with so many points; ``url`` leads to them."""

    at: tuple[float, float]
    label: str
    count: int
    url: str

    @property
    def radius(self) -> float:
        return round(min(5.5 + (self.count - 1) ** 0.5 * 1.2, 13), 1)

    @property
    def words(self) -> str:
        number = ngettext("%(number)s point of sale", "%(number)s points of sale", self.count)
        return f"{self.label}: {number % {'number': self.count}}" if self.count > 1 else self.label


@dataclass(frozen=True)
class PointsMap:
    """A drawing with its marks; ``here`` is where the reader is, if that lies on it."""

    drawing: DotMap
    marks: list[Mark]
    name: str
    here: tuple[float, float] | None = None


class Crowd(NamedTuple):
    """How many points there are in a province or commune, and about where."""

    key: str
    label: str
    province: str
    province_name: str
    count: int
    latitude: float | None
    longitude: float | None

    @property
    def url(self) -> str:
        return f"{address('points:index')}?{urlencode({'region': self.key})}"


def crowds(day: datetime.date, *, by_commune: bool) -> QuerySet:
    """The columns of a `Crowd` for each province, or for each commune, with public points, the most first."""
    province = Coalesce("seller__region__parent__key", "seller__region__key")
    province_name = Coalesce("seller__region__parent__short_name", "seller__region__short_name")
    points, place, label = PointOfSale.objects.public(day), province, province_name
    if by_commune:
        points = points.filter(seller__region__parent__isnull=False)
        place, label = F("seller__region__key"), F("seller__region__short_name")
    return (
        points.filter(seller__region__isnull=False)
        .annotate(place=place, label=label, province=province, province_name=province_name)
        .order_by()
        .values_list("place", "label", "province", "province_name")
        .annotate(number=Count("pk"), north=Avg("latitude"), east=Avg("longitude"))
        .order_by("-number", "label")
    )


def map_of_crowds(found: Sequence[Crowd], province: str = "") -> PointsMap:
    """The map of a province by its key, or of the country, with a mark for each crowd."""
    if province:
        drawing = province_dots(Region(key=province))
        name = _of_province(found[0].province_name)
    else:
        drawing, name = country_dots(), _of_country()
    marks = [
        Mark(drawing.project(each.latitude, each.longitude), each.label, each.count, each.url)
        for each in found
        if each.latitude is not None
    ]
    return PointsMap(drawing, marks, name)


def map_of(spots: Sequence["Spot"], choice: "Choice", near: "Near | None" = None) -> PointsMap:
    """The map of the province where all points are, or the nearest one is; else of the country.

    Asks the database for the province, and once per process for its dots.
    """
    placed = [spot for spot in spots if spot.latitude is not None]
    provinces = {placed[0].province} if near and placed else {spot.province for spot in placed}
    key = provinces.pop() if len(provinces) == 1 else ""
    province = Region.objects.current().filter(key=key).first()
    if province is None:
        drawing = country_dots()
        return PointsMap(drawing, _by_province(placed, drawing, choice), _of_country())
    drawing = province_dots(province)
    marks = _by_place([spot for spot in placed if spot.province == key], drawing, choice)
    here = drawing.project(near.latitude, near.longitude) if near else None
    return PointsMap(drawing, marks, _of_province(province.short_name), here)


def _of_country() -> str:
    return _("Points of sale in Viet Nam, on a map of dots")


def _of_province(name: str) -> str:
    return _("Points of sale in %(place)s, on a map of dots for communes and wards") % {"place": name}


def _by_province(spots: Iterable["Spot"], drawing: DotMap, choice: "Choice") -> list[Mark]:
    marks = []
    for key, group in _grouped(spots, lambda spot: spot.province or ""):
        middle = fmean(spot.latitude for spot in group), fmean(spot.longitude for spot in group)
        url = choice.url(region=key) if key else group[0].url
        marks.append(Mark(drawing.project(*middle), group[0].province_name or group[0].name, len(group), url))
    return sorted(marks, key=lambda mark: -mark.count)


def _by_place(spots: Iterable["Spot"], drawing: DotMap, choice: "Choice") -> list[Mark]:
    marks = []
    for at, group in _grouped(spots, lambda spot: drawing.project(spot.latitude, spot.longitude)):
        place, number = Counter(spot.place for spot in group).most_common(1)[0]
        is_one_place = number == len(group) and group[0].region != group[0].province
        url = choice.url(region=group[0].region) if is_one_place and len(group) > 1 else group[0].url
        label = place if place and (len(group) > 1 or is_one_place) else group[0].name
        marks.append(Mark(at, label, len(group), url))
    return sorted(marks, key=lambda mark: -mark.count)


def _grouped(spots: Iterable["Spot"], key) -> list[tuple]:
    return [(each, list(group)) for each, group in groupby(sorted(spots, key=key), key=key)]
