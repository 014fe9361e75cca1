"""The drawing of the certification's seal: our own, not the programme's mark.

Pure geometry in the units of a square view box. Colours stand in the style
sheet (`parts.css`), so that one drawing serves light, dark and the night band.
"""

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


def polar(angle, radius, centre):
    """The point `radius` away from `centre`, `angle` degrees clockwise from the top."""
    return centre[0] + radius * sin(radians(angle)), centre[1] - radius * cos(radians(angle))


def petal_radius(radius, petals):
    """Radius of the arcs between the `petals` points on a circle of `radius`."""
    return PETAL_ROUNDNESS * radius * sin(pi / petals)


def star_corners(centre, radius, turn=0):
    """The ten corners of a star about `centre`, turned by `turn` degrees."""
    return [
        polar(turn + corner * 36, radius * (STAR_WAIST if corner % 2 else 1), centre) for corner in range(10)
    ]


def arc_of_stars():
    """The corners of the five stars in the upper half of the large seal, left to right."""
    middle = (LARGE_BOX / 2, LARGE_BOX / 2)
    turns = [(place - STARS_OF_THE_SCALE // 2) * ARC_STEP for place in range(STARS_OF_THE_SCALE)]
    return [star_corners(polar(turn, ARC_RADIUS, middle), STAR_RADIUS, turn) for turn in turns]


def star_paths():
    """SVG paths of `arc_of_stars`."""
    return [f"M{'L'.join(_text(corner) for corner in corners)}z" for corners in arc_of_stars()]


def petalled_disc(box, radius, petals):
    """SVG path of a disc whose edge is a ring of round petals, in the middle of `box`."""
    centre = (box / 2, box / 2)
    points = [_text(polar(index * 360 / petals, radius, centre)) for index in range(petals)]
    petal = f"{petal_radius(radius, petals):.1f}"
    arcs = "".join(f"A{petal} {petal} 0 0 1 {point}" for point in [*points[1:], points[0]])
    return f"M{points[0]}{arcs}z"


def large_disc():
    """Path of the large seal's body, in a box of 120."""
    return petalled_disc(LARGE_BOX, LARGE_RADIUS, LARGE_PETALS)


def small_disc():
    """Path of the badge's body, in a box of 64."""
    return petalled_disc(SMALL_BOX, SMALL_RADIUS, SMALL_PETALS)


def _text(point):
    return f"{point[0]:.1f} {point[1]:.1f}"
