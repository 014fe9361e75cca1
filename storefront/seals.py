"""The drawing of the certification's seal: our own, not the programme's mark.

Pure geometry in the units of a square view box. Colours stand in the style
sheet (`parts.css`), so that one drawing serves light, dark and the night band.
"""

from functools import cache
from math import cos, pi, radians, sin

STARS_OF_THE_SCALE = 5

LARGE_BOX = 120
LARGE_PETALS = 24
LARGE_RADIUS = 53
SMALL_BOX = 64
SMALL_PETALS = 14
SMALL_RADIUS = 26.5

#: A petal's arc is a little wider than half its chord: round, not a half circle.
PETAL_ROUNDNESS = 1.055
STAR_RADIUS = 7.2
STAR_WAIST = 0.447
ARC_RADIUS = 32
ARC_STEP = 33


def _point(angle, radius, centre):
    """A point at `angle` degrees clockwise from the top, as SVG text."""
    x = centre[0] + radius * sin(radians(angle))
    y = centre[1] - radius * cos(radians(angle))
    return f"{x:.1f} {y:.1f}"


@cache
def petalled_disc(box, radius, petals):
    """Path of a disc whose edge is a ring of round petals, in the middle of `box`."""
    centre = (box / 2, box / 2)
    step = 360 / petals
    petal = round(PETAL_ROUNDNESS * radius * sin(pi / petals), 1)
    arcs = "".join(
        f"A{petal} {petal} 0 0 1 {_point(index * step, radius, centre)}" for index in range(1, petals + 1)
    )
    return f"M{_point(0, radius, centre)}{arcs}z"


@cache
def five_pointed_star(centre, radius, turn=0):
    """Path of a star about `centre`, turned by `turn` degrees."""
    corners = (
        _point(turn + corner * 36, radius * (STAR_WAIST if corner % 2 else 1), centre) for corner in range(10)
    )
    return f"M{'L'.join(corners)}z"


@cache
def arc_of_stars():
    """The paths of the five stars in the upper half of the large seal, left to right."""
    middle = LARGE_BOX / 2
    paths = []
    for place in range(STARS_OF_THE_SCALE):
        turn = (place - STARS_OF_THE_SCALE // 2) * ARC_STEP
        centre = (
            middle + ARC_RADIUS * sin(radians(turn)),
            middle - ARC_RADIUS * cos(radians(turn)),
        )
        paths.append(five_pointed_star(centre, STAR_RADIUS, turn))
    return tuple(paths)


def large_disc():
    """Path of the large seal's body, in a box of 120."""
    return petalled_disc(LARGE_BOX, LARGE_RADIUS, LARGE_PETALS)


def small_disc():
    """Path of the badge's body, in a box of 64."""
    return petalled_disc(SMALL_BOX, SMALL_RADIUS, SMALL_PETALS)
