"""Patterns of the wall, tone on tone: weave, waves, furrows, grains, net, dots, bricks."""

PATTERNS = ("phen", "song", "luong", "hat", "luoi", "cham", "gach")
SCALES = (1, 1.25, 0.9)

# Width and height of the tile, and what is in it; ``{c}`` is the colour.
_TILES = {
    "phen": (
        24,
        24,
        '<path d="M2 10L10 2M14 22L22 14M14 2l8 8M2 14l8 8" stroke="{c}" stroke-width="2.2" '
        'stroke-linecap="round"/>',
    ),
    "song": (
        40,
        20,
        '<path d="M0 20a20 20 0 0 1 40 0M8 20a12 12 0 0 1 24 0M-20 10a20 20 0 0 1 40 0'
        'M20 10a20 20 0 0 1 40 0" '
        'fill="none" stroke="{c}" stroke-width="1.8"/>',
    ),
    "luong": (60, 18, '<path d="M0 9q15-7 30 0t30 0" fill="none" stroke="{c}" stroke-width="2.2"/>'),
    "hat": (
        34,
        34,
        '<ellipse cx="9" cy="10" rx="5" ry="2.2" transform="rotate(38 9 10)" fill="{c}"/>'
        '<ellipse cx="26" cy="27" rx="5" ry="2.2" transform="rotate(-38 26 27)" fill="{c}"/>',
    ),
    "luoi": (32, 32, '<path d="M0 16L16 0l16 16-16 16z" fill="none" stroke="{c}" stroke-width="1.8"/>'),
    "cham": (
        22,
        22,
        '<circle cx="5.5" cy="5.5" r="2.3" fill="{c}"/><circle cx="16.5" cy="16.5" r="2.3" fill="{c}"/>',
    ),
    "gach": (48, 32, '<path d="M0 0H48M0 16H48M12 0V16M36 16V32" stroke="{c}" stroke-width="1.8"/>'),
}


def pattern(name: str, colour: str, scale: float) -> str:
    """The SVG ``<pattern id="wall">`` of this name."""
    width, height, body = _TILES[name]
    return (
        f'<pattern id="wall" width="{width}" height="{height}" patternUnits="userSpaceOnUse" '
        f'patternTransform="scale({scale})">{body.format(c=colour)}</pattern>'
    )
