"""The picture that a link to a page shows elsewhere: 1200 by 630 pixels, drawn by Pillow."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import product as pairs

import fontpkg
from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw, ImageFont

from catalog.models import Product, ProductImage
from storefront.seal_pictures import CINNABAR, seal_png

WIDTH, HEIGHT = 1200, 630
CONTENT_TYPE = "image/jpeg"
QUALITY = 88
PAPER, SAND, INK, QUIET = "#FAF6EE", "#F1E7D3", "#29231D", "#60544A"
EDGE = 56
SEAL, LARGE_SEAL = 150, 400
BAND, GAP = 90, 12
KICKER, PRICE = 26, 40
MOST_LINES = 4
MOSAIC = 4
STORED_WIDTH = 960


@dataclass(frozen=True)
class Look:
    """How large the words are: sizes of the title, the largest first, and of the lines below it."""

    title_sizes: Sequence[int]
    small: int


BESIDE = Look((54, 46, 38, 32), 28)
ALONE = Look((80, 68, 56, 46), 36)


def product_picture(product: Product, price: str) -> bytes:
    """The product's picture, name, seller and place, its price, and the seal if its stars are in force today.

    Raises FileNotFoundError where the picture has no file.
    """
    seller = product.producer.name if product.producer else ""
    return drawn(
        title=product.display_title,
        lines=[seller, product.place_now],
        pictures=[_opened(product.picture)],
        stars=product.stars,
        foot=price,
    )


def mosaic_picture(title: str, lines: Sequence[str], images: Sequence[ProductImage]) -> bytes:
    """A name beside pictures of products: four of them, or one. Raises FileNotFoundError as above."""
    return drawn(title=title, lines=lines, pictures=[_opened(image) for image in images])


def shop_picture() -> bytes:
    """What links to pages without a picture of their own show; kept in `static/storefront/share.jpg`."""
    square = Image.new("RGB", (HEIGHT, HEIGHT), SAND)
    seal = Image.open(BytesIO(seal_png(5, LARGE_SEAL))).convert("RGBA")
    square.paste(seal, ((HEIGHT - LARGE_SEAL) // 2,) * 2, seal)
    title = _("Goods from the villages, scored and starred.")
    return drawn(
        title=title,
        lines=[_("Certified OCOP products, bought straight from the people who make them.")],
        pictures=[square],
    )


def drawn(
    *,
    title: str,
    lines: Sequence[str] = (),
    pictures: Sequence[Image.Image] = (),
    stars: int | None = None,
    foot: str = "",
) -> bytes:
    """As JPEG: at the left the pictures, if any, at the right the words, below them seal and ``foot``."""
    canvas = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(canvas)
    left, look = EDGE, ALONE
    if pictures:
        _paste(canvas, pictures)
        left, look = EDGE + HEIGHT, BESIDE
    else:
        pen.rectangle((0, HEIGHT - BAND, WIDTH, HEIGHT), fill=SAND)
    below = HEIGHT - (EDGE if pictures else BAND) - (SEAL if stars or foot else 0)
    _write(pen, (left, WIDTH - EDGE), below, title, [line for line in lines if line], look)
    if stars:
        seal = Image.open(BytesIO(seal_png(stars, SEAL))).convert("RGBA")
        canvas.paste(seal, (left - 6, HEIGHT - EDGE - SEAL + 6), seal)
        left += SEAL + 16
    _write_foot(pen, left, stars, foot)
    target = BytesIO()
    canvas.save(target, "JPEG", quality=QUALITY, optimize=True)
    return target.getvalue()


def _write(
    pen: ImageDraw.ImageDraw,
    sides: tuple[int, int],
    below: int,
    title: str,
    lines: list[str],
    look: Look,
) -> None:
    """The shop's name, the title, and of the lines what has room above ``below``."""
    left, right = sides
    pen.text((left, EDGE), str(settings.SHOP_NAME), fill=CINNABAR, font=_font(700, KICKER))
    y = EDGE + round(KICKER * 1.7)
    font, written = _fitted(title, right - left, look.title_sizes)
    for line in written:
        pen.text((left, y), line, fill=INK, font=font)
        y += round(font.size * 1.3)
    small = _font(400, look.small)
    y += 12
    for line in [part for each in lines for part in _wrapped(each, small, right - left)[:MOST_LINES]]:
        if y + round(look.small * 1.4) > below - GAP:
            break
        pen.text((left, y), line, fill=QUIET, font=small)
        y += round(look.small * 1.4)


def _write_foot(pen: ImageDraw.ImageDraw, left: int, stars: int | None, foot: str) -> None:
    middle = HEIGHT - EDGE - SEAL / 2
    apart = PRICE * 0.7 if stars and foot else 0
    if stars:
        words = _("OCOP %(stars)s stars") % {"stars": stars}
        pen.text((left, middle - apart), words, CINNABAR, _font(700, PRICE), anchor="lm")
    if foot:
        pen.text((left, middle + apart), foot, INK, _font(700, PRICE), anchor="lm")


def _paste(canvas: Image.Image, pictures: Sequence[Image.Image]) -> None:
    """One picture fills the square at the left; four share it."""
    if len(pictures) < MOSAIC:
        canvas.paste(_square(pictures[0], HEIGHT), (0, 0))
        return
    side = HEIGHT // 2
    for picture, corner in zip(pictures, pairs((0, side), (0, side)), strict=False):
        canvas.paste(_square(picture, side), corner)


def _square(picture: Image.Image, side: int) -> Image.Image:
    """The middle of a picture."""
    shorter = min(picture.size)
    left, top = (picture.width - shorter) // 2, (picture.height - shorter) // 2
    square = picture.convert("RGB").crop((left, top, left + shorter, top + shorter))
    return square.resize((side, side), Image.Resampling.LANCZOS)


def _opened(image: ProductImage) -> Image.Image:
    with image.original.storage.open(image.name_at(STORED_WIDTH)) as file:
        return Image.open(file).convert("RGB")


def _fitted(text: str, width: int, sizes: Sequence[int]) -> tuple[ImageFont.FreeTypeFont, list[str]]:
    """The largest font in which the text needs few lines; what is still too long is cut."""
    for size in sizes:
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
