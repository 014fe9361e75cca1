"""A wide picture: a stall's own things in a row on one table."""

from collections.abc import Sequence
from dataclasses import dataclass

from .choose import choose
from .compose import FOOT, HEIGHT, WIDTH, Digits, Picture, shadow, svg
from .drawings import Drawing, drawing
from .grounds import GROUNDS, PAPER, Ground
from .patterns import PATTERNS, Wallpaper

BAND_WIDTH, BAND_HEIGHT = 1200, 400
THINGS = 3
TABLE = 300
GAP = 300
# The middle one is larger and stands further in front.
SCALES = (0.72, 0.8, 0.72)
FEET = (334, 352, 334)
FRAME = 12


@dataclass(frozen=True)
class Band:
    """What is needed to compose the wide picture of a stall: at least one of its products, and a key."""

    pictures: Sequence[Picture]
    key: str


def compose_band(band: Band) -> str:
    """The SVG (1200 × 400) of a stall: three of its own things, different ones where it has them.

    Raises ValueError for a stall without any product.
    """
    shown = _three(band.pictures)
    digits = Digits("band", band.key)
    ground = GROUNDS[digits.choose(_grounds_for(shown))]
    paper = Wallpaper(digits.choose(PATTERNS), ground.disc, 1.4)
    things = [_thing(shown[place], place, ground) for place in (0, 2, 1)]
    layers = (
        f'<rect width="{BAND_WIDTH}" height="{BAND_HEIGHT}" fill="{ground.wall}"/>',
        paper.cover(BAND_WIDTH, TABLE),
        f'<circle cx="{BAND_WIDTH // 2}" cy="{TABLE}" r="272" fill="{ground.disc}"/>',
        f'<rect y="{TABLE}" width="{BAND_WIDTH}" height="{BAND_HEIGHT - TABLE}" fill="{ground.table}"/>',
        *things,
    )
    return svg(BAND_WIDTH, BAND_HEIGHT, "".join(layers))


def _three(pictures: Sequence[Picture]) -> list[Drawing]:
    """Left, middle, right; with two kinds of things one of them stands on both sides."""
    kinds = [drawing(name) for name in dict.fromkeys(choose(p.name, p.set_number, p.group) for p in pictures)]
    if not kinds:
        raise ValueError("a band needs a product")
    middle, left, right = (kinds * THINGS)[:THINGS] if len(kinds) != 2 else (*kinds, kinds[1])
    return [left, middle, right]


def _grounds_for(shown: Sequence[Drawing]) -> list[str]:
    """The grounds that suit most of the things."""
    votes = {ground: sum(ground in each.grounds for each in shown) for ground in GROUNDS}
    return [ground for ground, count in votes.items() if count == max(votes.values())]


def _thing(shown: Drawing, place: int, ground: Ground) -> str:
    scale = SCALES[place]
    centre = BAND_WIDTH / 2 + (place - 1) * GAP
    foot = FEET[place]
    if shown.hangs:
        return _placed(shown.body, centre, 0, scale)
    if shown.fills_the_picture:
        scale *= 0.78
        return _placed(_framed(shown, ground), centre, foot - (HEIGHT + FRAME) * scale, scale)
    return _placed(shadow(ground, y=FOOT - 2) + shown.body, centre, foot - FOOT * scale, scale)


def _framed(shown: Drawing, ground: Ground) -> str:
    """A landscape stands on the table as a print in a frame of paper."""
    width, height = WIDTH + 2 * FRAME, HEIGHT + 2 * FRAME
    return (
        f'<rect x="{-FRAME}" y="{-FRAME}" width="{width}" height="{height}" fill="{PAPER}"/>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{ground.wall}"/>{shown.body}'
    )


def _placed(body: str, centre: float, top: float, scale: float) -> str:
    left = centre - WIDTH / 2 * scale
    return f'<g transform="translate({left:.1f} {top:.1f}) scale({scale:.3g})">{body}</g>'
