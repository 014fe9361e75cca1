"""Pictures that come in: nothing is left of a file but what one sees."""

from io import BytesIO

import pytest
from PIL import Image, ImageCms

from marketplace.core.pictures import KEPT_SIDE, PictureRefused, in_widths, tidied
from tests.factories.files import SECRET, SVG_WITH_SCRIPT, archive, claiming, photograph

pytestmark = pytest.mark.unit

REFUSED = {
    "empty": (b"", "no_picture"),
    "gif": (b"GIF89a", "no_picture"),
    "svg with a script": (SVG_WITH_SCRIPT, "no_picture"),
    "zip": (archive("anh.jpg"), "no_picture"),
    "half a jpeg": (photograph()[:200], "no_picture"),
    "half a png": (photograph(image_format="PNG")[:-30], "no_picture"),
    "one pixel too wide": (claiming(12_001, 10), "too_large"),
    "too many pixels": (claiming(11_000, 11_000), "too_large"),
    "bomb": (claiming(2**31 - 1, 2**31 - 1), "too_large"),
    "wide jpeg": (photograph(12_001, 8), "too_large"),
}


def opened(picture) -> Image.Image:
    return Image.open(BytesIO(picture.content))


@pytest.mark.parametrize(
    ("sent", "kept"), [("JPEG", "JPEG"), ("PNG", "PNG"), ("WEBP", "JPEG"), ("AVIF", "JPEG")]
)
def test_where_and_when_a_picture_was_taken_is_gone(sent, kept):
    content = photograph(image_format=sent)
    assert SECRET in content  # else there would be nothing to lose

    picture = tidied(BytesIO(content))

    assert SECRET not in picture.content
    assert opened(picture).format == kept
    assert not opened(picture).getexif()
    assert not {"exif", "xmp", "comment", "icc_profile"} & set(opened(picture).info)


def test_what_hides_behind_the_picture_is_gone():
    assert b"<?php" not in tidied(BytesIO(photograph() + b"<?php evil ?>")).content


def test_a_picture_taken_on_its_side_stands_upright():
    picture = tidied(BytesIO(photograph(60, 40, turned=6)))
    assert (picture.width, picture.height) == (40, 60)
    assert opened(picture).size == (40, 60)


def test_a_large_picture_is_kept_as_large_as_a_page_of_paper():
    picture = tidied(BytesIO(photograph(KEPT_SIDE * 2, 1000)))
    assert (picture.width, picture.height) == (KEPT_SIDE, 500)


def test_transparency_is_kept():
    sent = BytesIO()
    Image.new("RGBA", (10, 10), (200, 0, 0, 0)).save(sent, "WEBP", lossless=True)
    assert opened(tidied(sent)).getpixel((5, 5))[3] == 0


@pytest.mark.parametrize("is_readable", [True, False])
def test_a_colour_profile_is_used_and_not_kept(is_readable):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes() if is_readable else b"none"
    sent = BytesIO()
    Image.new("RGB", (10, 10), "#3F6B4A").save(sent, "PNG", icc_profile=profile)
    picture = opened(tidied(sent))
    assert "icc_profile" not in picture.info
    assert picture.getpixel((5, 5)) == (0x3F, 0x6B, 0x4A)


@pytest.mark.parametrize(("content", "code"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_picture_for_the_site_is_refused(content, code):
    with pytest.raises(PictureRefused) as refused:
        tidied(BytesIO(content))
    assert refused.value.code == code


def test_moving_pictures_are_refused():
    sent = BytesIO()
    frames = [Image.new("RGB", (10, 10), colour) for colour in ("red", "blue")]
    frames[0].save(sent, "WEBP", save_all=True, append_images=frames[1:])
    with pytest.raises(PictureRefused) as refused:
        tidied(sent)
    assert refused.value.code == "moving"


def test_a_telephones_further_frames_do_not_make_a_photograph_move():
    sent = BytesIO()
    frames = [Image.new("RGB", (10, 10), colour) for colour in ("red", "blue")]
    frames[0].save(sent, "MPO", save_all=True, append_images=frames[1:])
    red, _green, blue = opened(tidied(sent)).getpixel((5, 5))
    assert red > 240
    assert blue < 20


def test_widths_are_never_more_than_the_picture_has():
    made = in_widths(BytesIO(photograph(700, 350)), (320, 640, 960))
    assert {width: Image.open(BytesIO(content)).size for width, content in made.items()} == {
        320: (320, 160),
        640: (640, 320),
    }
    assert list(in_widths(BytesIO(photograph(100, 50)), (320, 640))) == [100]
