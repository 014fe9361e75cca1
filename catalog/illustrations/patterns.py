"""Patterns of the wall, tone on tone: weave, waves, furrows, grains, net, dots, bricks.

A pattern is laid out as one path of many tiles: an SVG ``<pattern>`` takes typst longer to draw than
all the rest of a picture.
"""

from math import ceil, cos, radians, sin
from typing import NamedTuple

SCALES = (1, 1.25, 0.9)


class Stroke(NamedTuple):
    """A piece of a tile: where it starts and how it goes on from there, in relative commands."""

    x: float
    y: float
    path: str


class Tile(NamedTuple):
    width: int
    height: int
    strokes: tuple[Stroke, ...]
    # Width of the line, or None for shapes that are filled.
    line: float | None = None


def _grain(x: float, y: float, *, length: float = 5, width: float = 2.2, turn: float = 0) -> Stroke:
    """An ellipse with half axes ``length`` and ``width``, turned by so many degrees."""
    dx, dy = length * cos(radians(turn)), length * sin(radians(turn))
    half = f"a{length} {width} {turn} 1 0 "
    return Stroke(x - dx, y - dy, f"{half}{2 * dx:.2f} {2 * dy:.2f}{half}{-2 * dx:.2f} {-2 * dy:.2f}z")


def _wave(x: float, y: float) -> tuple[Stroke, Stroke]:
    """Two arcs, one in the other, on a line at ``y``."""
    return Stroke(x, y, "a20 20 0 0 1 40 0"), Stroke(x + 8, y, "a12 12 0 0 1 24 0")


TILES = {
    "weave": Tile(
        24,
        24,
        (Stroke(2, 10, "l8-8"), Stroke(14, 22, "l8-8"), Stroke(14, 2, "l8 8"), Stroke(2, 14, "l8 8")),
        2.2,
    ),
    "waves": Tile(40, 40, (*_wave(0, 20), *_wave(-20, 40)), 1.8),
    "furrows": Tile(60, 18, (Stroke(0, 9, "q15-7 30 0t30 0"),), 2.2),
    "grains": Tile(34, 34, (_grain(9, 10, turn=38), _grain(26, 27, turn=-38))),
    "net": Tile(32, 32, (Stroke(0, 16, "l16-16 16 16-16 16z"),), 1.8),
    "dots": Tile(
        22, 22, (_grain(5.5, 5.5, length=2.3, width=2.3), _grain(16.5, 16.5, length=2.3, width=2.3))
    ),
    "bricks": Tile(
        48,
        32,
        (Stroke(0, 0, "h48"), Stroke(0, 16, "h48"), Stroke(12, 0, "v16"), Stroke(36, 16, "v16")),
        1.8,
    ),
}
PATTERNS = tuple(TILES)


class Wallpaper(NamedTuple):
    """A pattern in a colour and a size."""

    pattern: str
    colour: str
    scale: float

    def cover(self, width: int, height: int) -> str:
        """The tiles that cover so much of the wall; the last ones stand over at the right and below."""
        tile = TILES[self.pattern]
        columns = range(ceil(width / self.scale / tile.width) + 1)
        rows = range(ceil(height / self.scale / tile.height))
        path = "".join(
            f"M{column * tile.width + stroke.x:.4g} {row * tile.height + stroke.y:.4g}{stroke.path}"
            for row in rows
            for column in columns
            for stroke in tile.strokes
        )
        return f'<path d="{path}" transform="scale({self.scale})" {self._ink(tile)}/>'

    def _ink(self, tile: Tile) -> str:
        if tile.line is None:
            return f'fill="{self.colour}" fill-opacity=".5"'
        line = f'stroke="{self.colour}" stroke-opacity=".5" stroke-width="{tile.line}" stroke-linecap="round"'
        return f'fill="none" {line}'
