"""A picture is a drawing and a seed: the seed chooses ground, pattern, backdrop, table and mirror."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from .choose import choose
from .drawings import Drawing, drawing
from .grounds import GROUNDS, SHADOW, Ground
from .patterns import PATTERNS, SCALES, Wallpaper

WIDTH, HEIGHT = 400, 500
FOOT = 420
LIFT = 12
# How far down a landscape shows its sky.
SKY = 270
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
    paper = Wallpaper(digits.choose(PATTERNS), ground.disc, digits.choose(SCALES))
    table, backdrop = digits.choose(TABLES), digits.choose(BACKDROPS)
    mirrored = digits.choose((False, True)) and not shown.fills_the_picture
    layers = _layers(shown, ground, paper, table=table, backdrop=backdrop, mirrored=mirrored)
    return svg(WIDTH, HEIGHT, "".join(layers))


def _layers(
    shown: Drawing, ground: Ground, paper: Wallpaper, *, table: int, backdrop: str, mirrored: bool
) -> Iterator[str]:
    yield f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{ground.wall}"/>'
    if shown.fills_the_picture:
        yield paper.cover(WIDTH, SKY) + shown.body
        return
    if shown.hangs:
        yield paper.cover(WIDTH, HEIGHT)
        yield _backdrop(backdrop if backdrop == "disc" else "none", ground, table)
        yield _mirrored(shown.body) if mirrored else shown.body
        return
    yield paper.cover(WIDTH, table)
    yield _backdrop(backdrop, ground, table)
    yield f'<rect y="{table}" width="{WIDTH}" height="{HEIGHT - table}" fill="{ground.table}"/>'
    yield shadow(ground, y=FOOT - 4 - LIFT)
    body = _about_the_foot(shown.body, shown.scale)
    yield _mirrored(body) if mirrored else body


def _backdrop(kind: str, ground: Ground, table: int) -> str:
    return {
        "disc": f'<circle cx="200" cy="262" r="168" fill="{ground.disc}"/>',
        "arch": f'<path d="M62 {table}V216a138 138 0 0 1 276 0V{table}z" fill="{ground.disc}"/>',
        "half": f'<circle cx="200" cy="{table}" r="190" fill="{ground.disc}"/>',
        "none": "",
    }[kind]


def shadow(ground: Ground, *, y: int) -> str:
    """What a thing on 400 × 500 throws on the table."""
    opacity = ".28" if ground.is_dark else ".16"
    return f'<ellipse cx="214" cy="{y}" rx="150" ry="17" fill="{SHADOW}" opacity="{opacity}"/>'


def _about_the_foot(body: str, scale: float) -> str:
    x, y = 200 - 200 * scale, FOOT - LIFT - FOOT * scale
    return f'<g transform="translate({x:.1f} {y:.1f}) scale({scale:g})">{body}</g>'


def _mirrored(body: str) -> str:
    return f'<g transform="matrix(-1 0 0 1 {WIDTH} 0)">{body}</g>'


def svg(width: int, height: int, body: str) -> str:
    """A whole picture."""
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{body}</svg>'
