"""The picture that a link to a product shows elsewhere: 1200 by 630 pixels, drawn by Pillow."""

from io import BytesIO

import fontpkg
from PIL import Image, ImageDraw, ImageFont

from catalog.models import Product
from storefront.seal_pictures import CINNABAR, seal_png

WIDTH, HEIGHT = 1200, 630
PAPER, INK, QUIET = "#FAF6EE", "#29231D", "#60544A"
EDGE = 56
SEAL = 190
TITLE_SIZES = (54, 46, 38, 32)
SMALL = 28
MOST_LINES = 4


def share_png(product: Product) -> bytes:
    """The product's picture, name, place, and the seal if its stars are in force today, as PNG.

    Raises FileNotFoundError where the picture has no file.
    """
    canvas = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    canvas.paste(_square(product), (0, 0))
    pen = ImageDraw.Draw(canvas)
    left, right = HEIGHT + EDGE, WIDTH - EDGE
    font, lines = _fitted(product.title, right - left)
    step = round(font.size * 1.3)
    y = EDGE
    for line in lines:
        pen.text((left, y), line, fill=INK, font=font)
        y += step
    small = _font(400, SMALL)
    for line in _wrapped(product.place_now, small, right - left)[:2]:
        pen.text((left, y + 12), line, fill=QUIET, font=small)
        y += round(SMALL * 1.4)
    if product.stars:
        seal = Image.open(BytesIO(seal_png(product.stars, SEAL))).convert("RGBA")
        canvas.paste(seal, (left - 8, HEIGHT - EDGE - SEAL + 8), seal)
        words = f"OCOP {product.stars} sao"
        pen.text((left + SEAL + 16, HEIGHT - EDGE - SEAL / 2), words, CINNABAR, _font(700, 40), anchor="lm")
    target = BytesIO()
    canvas.save(target, "PNG")
    return target.getvalue()


def _square(product: Product) -> Image.Image:
    """The middle of the product's picture, as high as the canvas."""
    with product.picture.original.storage.open(product.picture.name_at(960)) as file:
        picture = Image.open(file).convert("RGB")
    side = min(picture.size)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    square = picture.crop((left, top, left + side, top + side))
    return square.resize((HEIGHT, HEIGHT), Image.Resampling.LANCZOS)


def _fitted(text: str, width: int) -> tuple[ImageFont.FreeTypeFont, list[str]]:
    """The largest font in which the text needs few lines; what is still too long is cut."""
    for size in TITLE_SIZES:
        font = _font(700, size)
        lines = _wrapped(text, font, width)
        if len(lines) <= MOST_LINES:
            return font, lines
    return font, [*lines[: MOST_LINES - 1], f"{lines[MOST_LINES - 1]}…"]


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _font(weight: int, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(fontpkg.path("be-vietnam-pro", weight=weight), size)
