"""The seal as a PNG, for share pictures and feeds, where no SVG is shown.

The same geometry as the SVG (`storefront.seals`), drawn by Pillow larger than
asked for and scaled down, which smooths the edges. The three drawn ones lie in
`static/storefront/seals/ocop-3.png` to `ocop-5.png`.
"""

from io import BytesIO
from math import cos, pi, sin, sqrt

import fontpkg
from PIL import Image, ImageDraw, ImageFont

from storefront import seals

CINNABAR = "#AD2F22"
PAPER = "#FDF9F1"
GOLD = "#F6CA70"

ENLARGEMENT = 4
COLOURS = 64
RING_RADIUS = 48
OUTLINE = 2.5


def seal_png(stars, size=480):
    """The seal of `stars` (3 to 5) as PNG bytes, `size` pixels square, clear around it."""
    scale = size * ENLARGEMENT / seals.LARGE_BOX
    image = Image.new("RGBA", (size * ENLARGEMENT,) * 2)
    _draw(ImageDraw.Draw(image), stars, scale)
    small = image.resize((size, size), Image.Resampling.LANCZOS).quantize(COLOURS)
    target = BytesIO()
    small.save(target, "PNG", optimize=True)
    return target.getvalue()


def _draw(pen, stars, scale):
    ink, sign = {3: (CINNABAR, CINNABAR), 4: (PAPER, PAPER), 5: (PAPER, GOLD)}[stars]
    _disc(pen, CINNABAR, scale, grow=OUTLINE / 2 if stars == 3 else 0)
    if stars == 3:
        _disc(pen, PAPER, scale, grow=-OUTLINE / 2)
    _ring(pen, sign, scale)
    for place, corners in enumerate(seals.arc_of_stars()):
        corners = [(x * scale, y * scale) for x, y in corners]
        if place < stars:
            pen.polygon(corners, fill=sign)
        else:
            pen.line([*corners, corners[0]], fill=ink, width=round(scale))
    _words(pen, str(stars), 81, 42, sign, scale)
    _words(pen, "OCOP", 97, 11.5, ink, scale)


def _disc(pen, colour, scale, grow):
    """The petalled disc, every edge moved outwards by `grow`."""
    middle = seals.LARGE_BOX / 2
    half_angle = pi / seals.LARGE_PETALS
    petal = seals.petal_radius(seals.LARGE_RADIUS, seals.LARGE_PETALS)
    half_chord = seals.LARGE_RADIUS * sin(half_angle)
    reach = seals.LARGE_RADIUS * cos(half_angle) - sqrt(petal**2 - half_chord**2)
    _circle(pen, (middle, middle), reach, scale, fill=colour)
    for index in range(seals.LARGE_PETALS):
        centre = seals.polar((index + 0.5) * 360 / seals.LARGE_PETALS, reach, (middle, middle))
        _circle(pen, centre, petal + grow, scale, fill=colour)


def _ring(pen, colour, scale):
    middle = seals.LARGE_BOX / 2
    _circle(pen, (middle, middle), RING_RADIUS, scale, outline=colour, width=round(1.2 * scale))


def _circle(pen, centre, radius, scale, **look):
    x, y = centre
    box = [(value * scale) for value in (x - radius, y - radius, x + radius, y + radius)]
    pen.ellipse(box, **look)


def _words(pen, words, baseline, height, colour, scale):
    font = ImageFont.truetype(fontpkg.path("be-vietnam-pro", weight=700), height * scale)
    pen.text((seals.LARGE_BOX / 2 * scale, baseline * scale), words, font=font, fill=colour, anchor="ms")
