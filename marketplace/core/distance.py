"""Distances over the ground, and the boxes in which a database looks for what is near."""

import math
from typing import Protocol

EARTH = 6371.0
"""Kilometres from the middle of the earth to the ground, on average."""

_DEGREE = math.radians(1) * EARTH
"""Kilometres of one degree of latitude."""


class Placed(Protocol):
    """What has a position, in degrees."""

    latitude: float
    longitude: float


def kilometres(one: Placed, other: Placed) -> float:
    """The distance between two things, over the ground."""
    north, other_north = math.radians(one.latitude), math.radians(other.latitude)
    east = math.radians(other.longitude - one.longitude)
    half = math.sin((other_north - north) / 2) ** 2
    half += math.cos(north) * math.cos(other_north) * math.sin(east / 2) ** 2
    return 2 * EARTH * math.asin(min(1.0, math.sqrt(half)))


def box_around(middle: Placed, within: float) -> dict[str, tuple[float, float]]:
    """The ranges of ``latitude`` and ``longitude`` that hold everything within so many kilometres."""
    high = within / _DEGREE
    wide = high / max(math.cos(math.radians(min(abs(middle.latitude) + high, 89.0))), 0.01)
    return {
        "latitude": (middle.latitude - high, middle.latitude + high),
        "longitude": (middle.longitude - wide, middle.longitude + wide),
    }
