"""Maps drawn as one dot for each commune, where there are no map tiles and no boundaries."""

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

from marketplace.regions.models import Region, UnitType

WIDTH = 328
"""Width of the drawing, as in the look's pattern `.map`; the height follows from the land."""
MARGIN = 6
NEAR = 0.5
"""How far off the mainland, in parts of its extent, an island group may lie to widen the map."""

SMALLEST = 0.05
"""Degrees that a map shows at least, about 5 km."""

COUNTRY_STEP = 0.2
"""Degrees between the dots of the country's map: with all 3,321 communes nothing could be told apart."""


@dataclass(frozen=True)
class DotMap:
    """Dots in the user units of an SVG with `viewBox="0 0 width height"`."""

    width: int
    height: int
    dots: tuple[tuple[float, float], ...]
    west: float
    north: float
    squeeze: float
    scale: float

    @cached_property
    def path(self):
        """The dots as one path of lines without length: with round ends of the stroke each is a disc."""
        return "".join(f"M{x:g} {y:g}h0" for x, y in self.dots)

    def locate(self, region):
        """Where a region lies: (x, y), or None if no centroid is known (as of former units).

        A place beyond the frame is put at its edge, in its direction.
        """
        if region is None or region.latitude is None or region.longitude is None:
            return None
        return self.project(region.latitude, region.longitude)

    def project(self, latitude, longitude):
        """Where a position lies, at the edge if it is beyond the frame: (x, y)."""
        x = MARGIN + (longitude - self.west) * self.squeeze * self.scale
        y = MARGIN + (self.north - latitude) * self.scale
        return (
            round(min(max(x, MARGIN), self.width - MARGIN), 1),
            round(min(max(y, MARGIN), self.height - MARGIN), 1),
        )


def province_dots(province):
    """The map of a current province; read once per process and province."""
    return _drawn(province.key)


def country_dots():
    """The map of the country, a dot for each part of it in which communes lie; read once per process."""
    return _country()


def forget():
    """Maps are drawn anew after the regions have changed."""
    _drawn.cache_clear()
    _country.cache_clear()


@lru_cache(maxsize=64)
def _drawn(key):
    places = list(
        Region.objects.current()
        .communes()
        .filter(parent__key=key, latitude__isnull=False, longitude__isnull=False)
        .order_by("key")
        .values_list("latitude", "longitude", "unit_type")
    )
    return _map_of(places)


@lru_cache(maxsize=1)
def _country():
    communes = Region.objects.current().communes().filter(latitude__isnull=False, longitude__isnull=False)
    parts = {
        (round(latitude / COUNTRY_STEP), round(longitude / COUNTRY_STEP), unit_type)
        for latitude, longitude, unit_type in communes.values_list("latitude", "longitude", "unit_type")
    }
    return _map_of([(north * COUNTRY_STEP, east * COUNTRY_STEP, unit) for north, east, unit in sorted(parts)])


def _map_of(places):
    if not places:
        return DotMap(WIDTH, WIDTH, (), 0, 0, 1, 1)
    south, north, west, east = _frame(places)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = (WIDTH - 2 * MARGIN) / (max(east - west, SMALLEST) * squeeze)
    height = round((north - south) * scale) + 2 * MARGIN
    empty = DotMap(WIDTH, height, (), west, north, squeeze, scale)
    dots = tuple(empty.project(latitude, longitude) for latitude, longitude, _unit in places)
    return DotMap(WIDTH, height, dots, west, north, squeeze, scale)


def _frame(places):
    """South, north, west, east of the mainland and the islands near it.

    Without this Trường Sa and Hoàng Sa would shrink their province to a speck; they are drawn at
    the edge of the frame.
    """
    mainland = [place for place in places if place[2] != UnitType.SPECIAL_ZONE] or places
    south, north = min(p[0] for p in mainland), max(p[0] for p in mainland)
    west, east = min(p[1] for p in mainland), max(p[1] for p in mainland)
    tall, wide = (north - south) * NEAR, (east - west) * NEAR
    near = mainland + [
        place
        for place in places
        if south - tall <= place[0] <= north + tall and west - wide <= place[1] <= east + wide
    ]
    return (
        min(p[0] for p in near),
        max(p[0] for p in near),
        min(p[1] for p in near),
        max(p[1] for p in near),
    )
