"""Places as sources write them: the unit that they meant, and the unit of today."""

import csv
import datetime
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.core.text import strip_marks
from marketplace.regions.domain.placenames import marked_key
from marketplace.regions.domain.resolve import Certainty, Resolver, resolve
from marketplace.regions.names import split_unit_word

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

with (Path(__file__).parent / "data" / "places.csv").open(encoding="utf-8") as file:
    PLACES = list(csv.DictReader(file))
IN_2022, IN_EARLY_2026, IN_2026 = (datetime.date(year, 3, 1) for year in (2022, 2026, 2027))


@pytest.fixture(scope="module")
def resolver(django_db_setup, django_db_blocker):
    """One for all tests: it reads the units once and does not change them."""
    with django_db_blocker.unblock():
        return Resolver()


def answer(resolution):
    region, current = resolution.region, resolution.current
    return region and region.key, current and current.key, resolution.certainty


def test_296_places_of_real_products(resolver):
    """Checked against a table that was made by another way."""
    wrong = []
    for place in PLACES:
        found = resolver.resolve(place["commune"], place["district"], place["province"])
        if place["ward_code"]:
            agrees = found.current.key == f"c-{place['ward_code']}"
        else:
            name = split_unit_word(place["current_commune"] or place["current_province"])[1]
            agrees = marked_key(found.current.short_name) == marked_key(name)
        if place["status"] == "province_only":
            agrees = agrees and found.certainty is Certainty.PROVINCE_ONLY
        if place["status"] == "split_default":
            agrees = agrees and found.certainty is Certainty.SPLIT_DEFAULT
        if not agrees:
            wrong.append(place)
    assert len(PLACES) == 296
    assert wrong == []


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (("Bát Tràng", "Gia Lâm", "Hà Nội"), ("fc-00583", "c-00577", "split_default")),
        (("Kim Lan", "Gia Lâm", "Hà Nội"), ("ec-00586", "c-00577", "exact")),
        (("", "Gia Lâm", "Hà Nội"), ("fd-018", "p-01", "province_only")),
        (("Gia Lâm", "", "Hà Nội"), ("c-00565", "c-00565", "exact")),
        (("", "", "Bắc Kạn"), ("fp-06", "p-19", "province_only")),
        (("", "", "Hà Nội"), ("p-01", "p-01", "province_only")),
        (("", "", "TP Hà Nội"), ("p-01", "p-01", "province_only")),
        (("", "", "Tp. HCM"), ("p-79", "p-79", "province_only")),
        (("", "", "TPHCM"), ("p-79", "p-79", "province_only")),
        (("", "", "Thừa Thiên - Huế"), ("ep-46", "p-46", "province_only")),
        (("", "", "Daklak"), ("p-66", "p-66", "province_only")),
        (("P. Bến Nghé", "Q1", "TP.HCM"), ("fc-26740", "c-26740", "exact")),
        (("", "Q.9", "Tp. HCM"), ("ed-763", "p-79", "province_only")),
        (("", "Côn Đảo", "Bà Rịa - Vũng Tàu"), ("fd-755", "c-26732", "exact")),
        (("", "Gia Lộc", "Hải Phòng"), ("fd-297", "p-31", "province_only")),
        (("", "Gia Lâm", ""), ("fd-018", "p-01", "province_only")),
        (("Hương Thọ", "Hương Trà", "Thừa Thiên Huế"), ("ec-20032", "c-19774", "split_default")),
        (("Không Có", "Gia Lâm", "Hà Nội"), ("fd-018", "p-01", "province_only")),
        (("Bát Tràng", "Không Có", "Hà Nội"), ("p-01", "p-01", "province_only")),
        (("", "Châu Thành", ""), (None, None, "unknown")),
        (("", "", "Atlantis"), (None, None, "unknown")),
        (("Bát Tràng", "", ""), (None, None, "unknown")),
        (("", "", ""), (None, None, "unknown")),
    ],
)
def test_places(resolver, place, expected):
    assert answer(resolver.resolve(*place)) == expected


def test_marks_tell_two_communes_apart_and_without_them_nobody_guesses(resolver):
    marked = [resolver.resolve(name, "Hương Trà", "Huế").region for name in ("Hương Vân", "Hương Văn")]
    assert [region.key for region in marked] == ["fc-20008", "fc-20011"]
    plain = resolver.resolve("huong van", "huong tra", "hue")
    assert (plain.region.name, plain.certainty) == ("Thị xã Hương Trà", Certainty.PROVINCE_ONLY)


def test_a_unit_word_tells_two_communes_apart(resolver):
    found = [
        resolver.resolve(text, "Vĩnh Thạnh", "Cần Thơ").region.name
        for text in ("TT. Thạnh An", "X. Thạnh An")
    ]
    assert found == ["Thị trấn Thạnh An", "Xã Thạnh An"]


@pytest.mark.parametrize(
    ("on", "province", "commune"),
    [
        (IN_2022, "fp-27", "fc-09241"),
        (IN_EARLY_2026, "fp-24-2025", "fc-09193-2025"),
        (IN_2026, "p-24", "c-09193"),
        (None, "p-24", "c-09193"),
    ],
)
def test_the_date_says_which_unit_was_meant(resolver, on, province, commune):
    assert resolver.resolve("", "", "Bắc Ninh", on).region.key == province
    name = "Đông Thọ" if on == IN_2022 else "Yên Phong"
    assert resolver.resolve(name, "", "Bắc Ninh", on).region.key == commune


def test_single_places_need_no_resolver(regions):
    assert answer(resolve("Bát Tràng", "Gia Lâm", "Hà Nội")) == ("fc-00583", "c-00577", "split_default")


def test_no_query_per_place(regions, django_assert_num_queries):
    with django_assert_num_queries(2):
        resolver = Resolver()
        labels = [
            found.region.label + found.current.name_en
            for place in PLACES
            if (found := resolver.resolve(place["commune"], place["district"], place["province"]))
        ]
    assert len(labels) == 296


WORDS = {
    "phuong": ["", "Phường ", "phường ", "P.", "P. ", "p ", "PHƯỜNG "],
    "xa": ["", "Xã ", "xã ", "X.", "X. ", "XÃ "],
    "thi_tran": ["", "Thị trấn ", "TT ", "TT. ", "tt."],
    "huyen": ["", "Huyện ", "H. ", "H.", "huyện "],
    "quan": ["", "Quận ", "Q. ", "quận "],
    "thi_xa": ["", "Thị xã ", "TX ", "TX. "],
    "thanh_pho": ["", "Thành phố ", "TP ", "TP.", "Tp. "],
    "tinh": ["", "Tỉnh ", "tỉnh "],
}
SURE = [place for place in PLACES if place["status"] == "exact"]


def written(draw, region):
    """One way in which a source might write the name of a unit."""
    text = draw(st.sampled_from(WORDS[region.unit_type])) + region.short_name
    text = draw(st.sampled_from([str, str.upper, str.lower]))(text)
    text = unicodedata.normalize(draw(st.sampled_from(["NFC", "NFD"])), text)
    return draw(st.sampled_from(["", " "])) + text.replace(" ", draw(st.sampled_from([" ", "  "])))


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_spelling_does_not_matter(resolver, data):
    place = data.draw(st.sampled_from(SURE))
    meant = resolver.resolve(place["commune"], place["district"], place["province"])
    commune, district = meant.region, meant.region.parent
    forms = [written(data.draw, region) for region in (commune, district, district.parent)]
    assert resolver.resolve(*forms) == meant


@settings(max_examples=100, deadline=None)
@given(place=st.sampled_from(SURE))
def test_missing_marks_lead_to_the_same_place_or_to_none(resolver, place):
    names = place["commune"], place["district"], place["province"]
    meant = resolver.resolve(*names)
    plain = resolver.resolve(*map(strip_marks, names))
    assert plain.current in (meant.current, meant.current.parent)


@settings(max_examples=200, deadline=None)
@given(commune=st.text(max_size=30), district=st.text(max_size=30), province=st.text(max_size=30))
def test_any_text_has_an_answer(resolver, commune, district, province):
    found = resolver.resolve(commune, district, province)
    assert (found.certainty is Certainty.UNKNOWN) == (found.current is None)
