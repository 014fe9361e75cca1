from io import BytesIO

import pytest
from django.contrib.staticfiles import finders
from PIL import Image, ImageChops, ImageStat

from storefront.seal_pictures import seal_png

pytestmark = pytest.mark.unit

CINNABAR = (173, 47, 34)
PAPER = (253, 249, 241)
GOLD = (246, 202, 112)


def picture(stars, size=240):
    return Image.open(BytesIO(seal_png(stars, size))).convert("RGBA")


def colour_at(image, x, y):
    """Colour at a point of the seal's box of 120."""
    return image.getpixel((round(x * image.width / 120), round(y * image.height / 120)))


def is_near(colour, expected):
    return all(abs(one - other) < 12 for one, other in zip(colour[:3], expected, strict=True))


@pytest.mark.parametrize(
    ("stars", "body", "star"), [(3, PAPER, CINNABAR), (4, CINNABAR, PAPER), (5, CINNABAR, GOLD)]
)
def test_seal_shows_its_rank(stars, body, star):
    image = picture(stars)

    assert image.size == (240, 240)
    assert colour_at(image, 0, 0)[3] == 0
    assert is_near(colour_at(image, 60, 42), body)
    assert is_near(colour_at(image, 60, 28), star)


@pytest.mark.parametrize(("stars", "last_is_full"), [(4, False), (5, True)])
def test_only_five_stars_fill_the_last_star(stars, last_is_full):
    image = picture(stars)

    assert is_near(colour_at(image, 89.2, 47), GOLD) is last_is_full


@pytest.mark.parametrize("stars", [3, 4, 5])
def test_kept_picture_is_the_drawn_one(stars):
    kept = Image.open(finders.find(f"storefront/seals/ocop-{stars}.png")).convert("RGBA")

    difference = ImageChops.difference(kept, picture(stars, kept.width))

    assert max(ImageStat.Stat(difference).mean) < 1
