"""Pictures of products without a photo: the right drawing, the same on every machine, never blank."""

import re
import unicodedata
import xml.etree.ElementTree as ET  # our own drawings
from io import BytesIO

import pytest
from PIL import Image

from catalog.illustrations import (
    Band,
    Picture,
    Request,
    compose,
    compose_band,
    illustrate,
    illustrate_many,
)
from catalog.illustrations.choose import GROUPS, SETS, WORDS, choose
from catalog.illustrations.drawings import drawing, names
from catalog.illustrations.grounds import GROUNDS, SHADOW

pytestmark = pytest.mark.unit

PIGMENTS = {
    *("#F6EFE2", "#E6D6B8", "#E3AC45", "#C67D2E", "#DE8A3F", "#B5512F", "#DE9C8B", "#F0C9BB", "#243A5A"),
    *("#4C789C", "#B4CBD3", "#4B6E45", "#9CB068", "#33502F", "#3E7A72", "#864A2E", "#6A4431", "#2B2723"),
    *("#FFFBF2", "#5B3B57"),
}
# Deeper tones of a pigment, for the side away from the light.
TONES = {"#2F625C", "#1B2C46", "#E0C08A", "#3A1714", "#55201A", "#3F6140", "#EDC268"}


@pytest.mark.parametrize(
    ("name", "set_number", "drawn"),
    [
        ("Bánh tẻ Phú Nhi Hưng Vân", 5, "leafcake"),
        ("Chuối tiêu hồng Nam Sơn", 1, "banana"),
        ("Bộ ấm chén gốm sứ chim én hoa sen", 21, "teaset"),
        ("Bộ bát đĩa gốm sứ hoa sen đỏ", 21, "bowls-red"),
        ("Tò he múa lân rước đèn", 21, "tohe"),
        ("Miến dong làng So", 6, "noodles"),
        ("Mật ong chanh leo", 4, "honey"),
        ("Trà mướp đắng rừng", 12, "tea"),
        ("Tượng gỗ Cá kim long", 21, "lacquer"),
        ("Bưởi Diễn", 1, "pomelo"),
        ("Đậu phụ nướng", 8, "tofu"),
        ("Một tên chưa ai nghe", 16, "water"),
    ],
)
def test_words_of_the_name_choose_the_drawing_then_the_set(name, set_number, drawn):
    assert choose(name, set_number) == drawn


def test_a_name_in_decomposed_letters_chooses_the_same():
    name = "Bánh tẻ Phú Nhi"

    assert choose(unicodedata.normalize("NFD", name), 5) == choose(name, 5) == "leafcake"


def test_without_name_and_set_the_group_chooses():
    assert {group: choose("Không rõ", None, group) for group in GROUPS} == GROUPS


def test_every_set_and_word_has_a_drawing():
    assert sorted(SETS) == list(range(1, 27))
    assert set(SETS.values()) | set(GROUPS.values()) | set(WORDS) <= names()


@pytest.mark.parametrize("name", sorted(names()))
def test_a_drawing_is_sound_and_uses_the_pigments(name):
    shown = drawing(name)

    ET.fromstring(f"<svg>{shown.body}</svg>")  # noqa: S314
    assert set(shown.grounds) <= set(GROUNDS)
    assert set(re.findall(r"#[0-9A-Fa-f]{6}", shown.body)) - PIGMENTS <= TONES


def test_the_same_product_always_gets_the_same_picture_and_others_differ():
    pictures = {compose("Mật ong Vinh Hoa", 4, "food", key=str(key)) for key in range(20)}

    assert compose("Mật ong Vinh Hoa", 4, "food", key="7") == compose("Mật ong Vinh Hoa", 4, "food", key="7")
    assert len(pictures) == 20


def test_grounds_of_neighbours_are_passed_over():
    suited = drawing("honey").grounds
    svg = compose("Mật ong", 4, key="a", avoid=suited[:-1])

    assert GROUNDS[suited[-1]].wall in svg
    assert SHADOW in svg


def test_a_band_shows_different_things_of_the_stall():
    band = Band([Picture("Trà sen", "1"), Picture("Trà đen", "2"), Picture("Mật ong", "3")], key="stall")
    svg = compose_band(band)

    assert svg.count("<ellipse") >= 2
    assert drawing("tea").body in svg
    assert drawing("honey").body in svg
    assert svg.count(drawing("tea").body) == 1


def test_pictures_come_in_three_widths_and_are_not_blank():
    requests = [Request(f"set-{number}", Picture("?", str(number), number)) for number in SETS]

    for _key, files in illustrate(requests):
        images = {width: Image.open(BytesIO(content)) for width, content in files.items()}
        assert {width: image.size for width, image in images.items()} == {
            320: (320, 400),
            640: (640, 800),
            960: (960, 1200),
        }
        assert images[320].format == "WEBP"
        assert len(images[320].convert("RGB").getcolors(320 * 400)) > 8


def test_several_processes_draw_what_one_draws():
    requests = [Request(str(number), Picture("Trà", str(number), 11)) for number in range(14)]

    assert dict(illustrate_many(requests, processes=2)) == dict(illustrate_many(requests, processes=1))
