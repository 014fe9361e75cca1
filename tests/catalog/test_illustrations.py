"""Pictures of products without a photo: the right drawing, the same on every machine, never blank."""

import json
import re
import unicodedata
import xml.etree.ElementTree as ET  # our own drawings
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

import catalog
from catalog.illustrations import (
    Band,
    Picture,
    Request,
    compose,
    compose_band,
    illustrate,
    illustrate_many,
)
from catalog.illustrations.choose import GROUPS, SETS, SETS_OF_GROUP, choose
from catalog.illustrations.drawings import drawing, names
from catalog.illustrations.grounds import GROUNDS, SHADOW
from catalog.illustrations.patterns import PATTERNS, Wallpaper
from catalog.illustrations.words import SECTIONS

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
        ("Bánh tẻ Phú Nhi Hưng Vân", 6, "leafcake"),
        ("Chuối tiêu hồng Nam Sơn", 1, "banana"),
        ("Chuối tá quạ sấy Ánh Dương", 7, "driedfruit"),
        ("Bộ ấm chén gốm sứ chim én hoa sen", 21, "teaset"),
        ("Bộ bát đĩa gốm sứ hoa sen đỏ", 21, "bowls-red"),
        ("Bộ bát đĩa gốm sứ chim én hoa sen", 21, "bowls"),
        ("Tò he múa lân rước đèn", 21, "tohe"),
        ("Miến dong làng So", 6, "noodles"),
        ("Mật ong chanh leo", 8, "honey"),
        ("Trà mướp đắng rừng", 12, "herbtea"),
        ("Trà xanh túi lọc Bình Sơn", 11, "teabags"),
        ("Trà đen", 11, "tea"),
        ("Rượu men lá Bằng Phúc", 14, "spirits"),
        ("Rượu mơ Asuka", 15, "infusion"),
        ("Khô cá lóc một nắng", 8, "driedfish"),
        ("Cá tra fillet sấy khô", 8, "driedfish"),
        ("Tượng gỗ Cá kim long", 21, "carving"),
        ("Cá rồng dát vàng", 21, "goldcarving"),
        ("Cá koi", 25, "goldfish"),
        ("Đàn bầu gỗ mun khảm trai", 21, "monochord"),
        ("Bầu sao", 1, "gourd"),
        ("Vải thiều Lục Ngạn", 1, "longan"),
        ("Vải lanh Lùng Tám", 22, "brocade"),
        ("Bưởi Diễn", 1, "pomelo"),
        ("Đậu phụ nướng", 7, "tofu"),
        ("Nước ép thanh long", 17, "juice"),
        ("Camera Cambridge", 16, "water"),
        ("Một tên chưa ai nghe", 16, "water"),
    ],
)
def test_words_of_the_name_choose_the_drawing_then_the_set(name, set_number, drawn):
    assert choose(name, set_number) == drawn


def test_a_name_in_decomposed_letters_chooses_the_same():
    name = "Bánh tẻ Phú Nhi"

    assert choose(unicodedata.normalize("NFD", name), 6) == choose(name, 6) == "leafcake"


def test_both_places_of_a_tone_mark_and_capitals_choose_the_same():
    assert choose("CHOÉ NƯỚC", 21) == choose("Chóe nước", 21) == "urn"
    assert choose("Trà hoà tan gừng", 12) == choose("Trà hòa tan gừng", 12) == "teabags"
    assert choose("Quý phi", 4) == "honey"


def test_without_a_set_the_words_count_among_the_sets_of_the_group():
    assert choose("Cá chép", None, "food") == "fish"
    assert choose("Cá chép", None, "plants") == "goldfish"
    assert choose("Cá chép", None, "crafts") == GROUPS["crafts"]
    assert choose("Cá chép") == "fish"


def test_without_name_and_set_the_group_chooses():
    assert {group: choose("Không rõ", None, group) for group in GROUPS} == GROUPS
    assert choose("Không rõ") == "bamboo"


def test_groups_are_those_of_the_decision():
    decision = json.loads((Path(catalog.__file__).parent / "data" / "sets.json").read_text(encoding="utf-8"))
    sets = {group["code"]: {row["number"] for row in group["sets"]} for group in decision["groups"]}

    assert set(GROUPS) == set(SETS_OF_GROUP) == set(sets)
    assert all(sets[group] <= SETS_OF_GROUP[group] for group in sets)


def test_every_set_and_word_has_a_drawing_and_every_drawing_is_reached():
    reached = set(SETS.values()) | set(GROUPS.values())
    reached |= {drawn for section in SECTIONS for drawn in section.words}

    assert sorted(SETS) == list(range(1, 27))
    assert reached == names()


def test_no_word_of_a_section_leads_to_two_drawings():
    for section in SECTIONS:
        phrases = [word.strip() for words in section.words.values() for word in words.split(",")]
        assert sorted(phrases) == sorted(set(phrases))


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


@pytest.mark.parametrize("set_number", [None, *SETS])
def test_the_picture_of_every_set_is_well_formed_and_uses_the_colours_of_its_ground(set_number):
    svg = compose("?", set_number, key="1")
    shown = drawing(choose("?", set_number))
    ground = next(each for each in map(GROUNDS.get, shown.grounds) if each.wall in svg)

    assert ET.fromstring(svg).get("viewBox") == "0 0 400 500"  # noqa: S314
    used = set(re.findall(r"#[0-9A-Fa-f]{6}", svg)) - set(re.findall(r"#[0-9A-Fa-f]{6}", shown.body))
    assert used <= {ground.wall, ground.table, ground.disc, SHADOW}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_covers_the_wall(pattern):
    path = Wallpaper(pattern, "#E7D8B8", 1.25).cover(400, 378)
    starts = [tuple(map(float, start)) for start in re.findall(r"M(-?[\d.]+) (-?[\d.]+)", path)]

    assert max(x for x, _ in starts) * 1.25 > 400 - 60
    assert max(y for _, y in starts) * 1.25 > 378 - 40


def _times(svg: str, name: str) -> int:
    return svg.count(drawing(name).body)


def test_a_band_shows_three_things_of_the_stall():
    tea, black_tea = Picture("Trà shan tuyết", "1", 11), Picture("Trà đen", "2", 11)
    honey, rice = Picture("Mật ong", "3", 4), Picture("Gạo nếp", "4", 3)

    three = compose_band(Band([tea, black_tea, honey, rice], key="stall"))
    assert [_times(three, name) for name in ("tea", "honey", "rice")] == [1, 1, 1]
    two = compose_band(Band([tea, honey], key="stall"))
    assert [_times(two, name) for name in ("tea", "honey")] == [1, 2]
    one = compose_band(Band([black_tea, tea], key="stall"))
    assert _times(one, "tea") == 3
    assert ET.fromstring(three).get("viewBox") == "0 0 1200 400"  # noqa: S314
    assert three == compose_band(Band([tea, black_tea, honey, rice], key="stall"))


def test_a_band_of_lamps_and_landscapes_hangs_and_frames_them():
    svg = compose_band(Band([Picture("Homestay", "1", 26), Picture("Đèn lồng", "2", 21)], key="stall"))

    assert [_times(svg, name) for name in ("stilthouse", "lamp")] == [1, 2]
    assert f'fill="{SHADOW}" opacity' not in svg


def test_a_stall_without_products_has_no_band():
    with pytest.raises(ValueError, match="a band needs a product"):
        compose_band(Band([], key="stall"))


def test_pictures_come_in_three_widths_and_are_not_blank():
    requests = [Request(f"set-{number}", Picture("?", str(number), number)) for number in SETS]

    drawn = illustrate(requests)

    assert [key for key, _ in drawn] == [request.key for request in requests]
    for _key, files in drawn:
        images = {width: Image.open(BytesIO(content)) for width, content in files.items()}
        assert {width: image.size for width, image in images.items()} == {
            320: (320, 400),
            640: (640, 800),
            960: (960, 1200),
        }
        assert images[320].format == "WEBP"
        assert len(images[320].convert("RGB").getcolors(320 * 400)) > 8
        assert len(files[640]) < 40_000


def test_a_picture_keeps_the_colour_of_its_wall():
    svg = compose("Mật ong", 4, key="a")
    [(_key, files)] = illustrate([Request("a", Picture("Mật ong", "a", 4))])
    wall = re.search(r'<rect width="400" height="500" fill="#(\w{6})"', svg)[1]
    corner = (
        Image.open(BytesIO(files[320])).convert("RGB").resize((1, 1), box=(0, 0, 40, 40)).getpixel((0, 0))
    )

    # The pattern over it is of nearly the same tone.
    assert all(
        abs(seen - int(wall[at : at + 2], 16)) < 12 for seen, at in zip(corner, (0, 2, 4), strict=True)
    )


def test_bands_come_wide_and_may_be_asked_for_together_with_pictures():
    honey = Picture("Mật ong", "1", 4)
    requests = [Request("band", Band([honey], key="s")), Request("picture", honey)]

    files = dict(illustrate_many(requests, processes=1))

    sizes = {width: Image.open(BytesIO(content)).size for width, content in files["band"].items()}
    assert sizes == {640: (640, 213), 1280: (1280, 427), 1920: (1920, 640)}
    assert sorted(files["picture"]) == [320, 640, 960]


def test_nothing_asked_for_is_nothing_drawn():
    assert list(illustrate_many([])) == []


def test_several_processes_draw_what_one_draws():
    requests = [Request(str(number), Picture("Trà", str(number), 11)) for number in range(14)]

    assert dict(illustrate_many(requests, processes=2)) == dict(illustrate_many(requests, processes=1))
