"""A picture is a drawing and a seed: the seed chooses ground, pattern, backdrop, table and mirror."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from .choose import choose
from .drawings import Drawing, drawing
from .grounds import GROUNDS, SHADOW, Ground
from .patterns import PATTERNS, SCALES, pattern

WIDTH, HEIGHT = 400, 500
FOOT = 420
LIFT = 12
TABLES = (378, 366, 388)
BACKDROPS = ("disc", "arch", "none", "disc", "half")

T = TypeVar("T")


class Digits:
    """The digits of a seed, taken one choice after the other; the same on every machine."""

    def __init__(self, *parts: str):
        self.rest = int(hashlib.sha256("/".join(parts).encode()).hexdigest(), 16)

    def choose(self, options: Sequence[T]) -> T:
        # Wider than any list of options, so that one choice does not lean on the next.
        self.rest, digit = divmod(self.rest, 2**16)
        return options[digit % len(options)]


@dataclass(frozen=True)
class Picture:
    """What is needed to compose the picture of one product."""

    name: str
    key: str
    set_number: int | None = None
    group: str | None = None


@dataclass(frozen=True)
class Band:
    """A wide picture: up to three of a stall's own things on one table."""

    pictures: Sequence[Picture]
    key: str


def compose(
    name: str,
    set_number: int | None = None,
    group: str | None = None,
    key: str = "",
    avoid: Sequence[str] = (),
) -> str:
    """The SVG (400 × 500) of a product; grounds in ``avoid``, those of its neighbours, are passed over."""
    shown = drawing(choose(name, set_number, group))
    digits = Digits(shown.name, key or name)
    ground = GROUNDS[digits.choose([g for g in shown.grounds if g not in avoid] or shown.grounds)]
    wall = pattern(digits.choose(PATTERNS), ground.disc, digits.choose(SCALES))
    table, backdrop = digits.choose(TABLES), digits.choose(BACKDROPS)
    mirrored = digits.choose((False, True)) and not shown.fills_the_picture
    layers = _layers(shown, ground, table=table, backdrop=backdrop, mirrored=mirrored)
    return _svg(WIDTH, HEIGHT, wall, "".join(layers))


def _layers(shown: Drawing, ground: Ground, *, table: int, backdrop: str, mirrored: bool) -> Iterator[str]:
    yield f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{ground.wall}"/>'
    if shown.fills_the_picture:
        yield _papered(WIDTH, 270) + shown.body
        return
    if shown.hangs:
        yield _papered(WIDTH, HEIGHT)
        yield _backdrop(backdrop if backdrop == "disc" else "none", ground, table)
        yield _mirrored(shown.body) if mirrored else shown.body
        return
    yield _papered(WIDTH, table)
    yield _backdrop(backdrop, ground, table)
    yield f'<rect y="{table}" width="{WIDTH}" height="{HEIGHT - table}" fill="{ground.table}"/>'
    yield _shadow(ground, y=FOOT - 4 - LIFT)
    body = _about_the_foot(shown.body, shown.scale)
    yield _mirrored(body) if mirrored else body


def _papered(width: int, height: int) -> str:
    return f'<rect width="{width}" height="{height}" fill="url(#wall)" opacity=".5"/>'


def _backdrop(kind: str, ground: Ground, table: int) -> str:
    return {
        "disc": f'<circle cx="200" cy="262" r="168" fill="{ground.disc}"/>',
        "arch": f'<path d="M62 {table}V216a138 138 0 0 1 276 0V{table}z" fill="{ground.disc}"/>',
        "half": f'<circle cx="200" cy="{table}" r="190" fill="{ground.disc}"/>',
        "none": "",
    }[kind]


def _shadow(ground: Ground, *, y: int) -> str:
    opacity = ".28" if ground.is_dark else ".16"
    return f'<ellipse cx="214" cy="{y}" rx="150" ry="17" fill="{SHADOW}" opacity="{opacity}"/>'


def _about_the_foot(body: str, scale: float) -> str:
    x, y = 200 - 200 * scale, FOOT - LIFT - FOOT * scale
    return f'<g transform="translate({x:.1f} {y:.1f}) scale({scale:g})">{body}</g>'


def _mirrored(body: str) -> str:
    return f'<g transform="matrix(-1 0 0 1 {WIDTH} 0)">{body}</g>'


BAND_WIDTH, BAND_HEIGHT = 1200, 400


def compose_band(band: Band) -> str:
    """The SVG (1200 × 400) of a stall: its own things in a row, different drawings first."""
    shown = _different(band.pictures)
    digits = Digits("band", band.key)
    ground = GROUNDS[digits.choose(shown[0].grounds)]
    wall = pattern(digits.choose(PATTERNS), ground.disc, 1.4)
    table = round(BAND_HEIGHT * 0.76)
    things = "".join(_thing(each, number, len(shown), table, ground) for number, each in enumerate(shown))
    return _svg(
        BAND_WIDTH,
        BAND_HEIGHT,
        wall,
        f'<rect width="{BAND_WIDTH}" height="{BAND_HEIGHT}" fill="{ground.wall}"/>'
        f"{_papered(BAND_WIDTH, table)}"
        f'<circle cx="{BAND_WIDTH // 2}" cy="{table}" r="{round(BAND_HEIGHT * 0.68)}" fill="{ground.disc}"/>'
        f'<rect y="{table}" width="{BAND_WIDTH}" height="{BAND_HEIGHT - table}" fill="{ground.table}"/>'
        f"{things}",
    )


def _different(pictures: Sequence[Picture], most: int = 3) -> list[Drawing]:
    names = dict.fromkeys(choose(each.name, each.set_number, each.group) for each in pictures)
    standing = [drawing(name) for name in names]
    return [each for each in standing if not each.fills_the_picture and not each.hangs][:most] or standing[:1]


def _thing(shown: Drawing, number: int, count: int, table: int, ground: Ground) -> str:
    scale = 0.68 if number % 2 == 0 else 0.62
    centre = BAND_WIDTH / 2 + (number - (count - 1) / 2) * 250
    foot = table + 28 + (number % 2) * 10
    return (
        f'<g transform="translate({centre - 200 * scale:.0f} {foot - FOOT * scale:.0f}) scale({scale})">'
        f"{_shadow(ground, y=FOOT - 2)}{shown.body}</g>"
    )


def _svg(width: int, height: int, wall: str, body: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}"><defs>{wall}</defs>{body}</svg>'
    )
