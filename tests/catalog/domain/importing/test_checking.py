import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.domain.importing.checking import check
from catalog.domain.importing.reading import COLUMNS, RawRow
from tests.catalog.domain.importing.lists import HONEY

pytestmark = pytest.mark.unit


def checked(**cells):
    return check(RawRow(7, {**HONEY, **cells}))


def value(column, text, field=None):
    row, problems = checked(**{column: text})
    assert problems == []
    return getattr(row, field or column)


def refused(column, text):
    row, problems = checked(**{column: text})
    assert row is None
    (problem,) = problems
    assert (problem.line, problem.column) == (7, column)
    return problem


@pytest.mark.parametrize(
    ("text", "stars"),
    [
        ("", None),
        ("4", 4),
        ("4.0", 4),
        (" 4 sao ", 4),
        ("4 SAO", 4),
        ("4 stars", 4),
        ("★★★★", 4),
        ("★★★★☆", 4),
        ("⭐️⭐️⭐️", 3),
        ("bốn sao", 4),
        ("Hạng 5 sao", 5),
        ("OCOP 3 sao", 3),
    ],
)
def test_stars(text, stars):
    assert value("stars", text) == stars


@pytest.mark.parametrize("text", ["0", "6", "-4", "4,5", "45", "nhiều sao", "★★★★★★", "4 sao 3"])
def test_no_stars(text):
    refused("stars", text)


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("", None),
        ("120000", 120_000),
        ("120.000 ₫", 120_000),
        ("120,000đ", 120_000),
        ("1 200 000 VND", 1_200_000),
        ("120000.0", 120_000),
    ],
)
def test_price(text, price):
    assert value("price_vnd", text, "price") == price


@pytest.mark.parametrize("text", ["0", "-5000", "120.5", "1.000.000.001", "miễn phí", "12,34"])
def test_no_price(text):
    refused("price_vnd", text)


@pytest.mark.parametrize("text", ["2017", "2027", "22", "12/2022", "2022-05-01", "hai nghìn"])
def test_no_year(frozen, text):
    refused("recognised_year", text)


@pytest.mark.parametrize(("text", "year"), [("2018", 2018), ("2026", 2026), (" 2022.0 ", 2022), ("", None)])
def test_year(frozen, text, year):
    assert value("recognised_year", text, "year") == year


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("product_name", " "),
        ("product_name", "---"),
        ("product_name", "x" * 256),
        ("producer_name", "x" * 129),
        ("producer_kind", "ngân hàng"),
        ("group", "đồ chơi"),
        ("potential_5", "có lẽ"),
        ("decision", "x" * 61),
        ("source_url", "javascript:alert(1)"),
        ("source_url", "www.example.org"),
        ("source_url", "https://"),
        ("source_url", "http://[::1"),
        ("source_url", "https://example.org/" + "x" * 500),
    ],
)
def test_refused(column, text):
    problem = refused(column, text)
    assert len(problem.value) <= 80


def test_every_wrong_cell_is_told():
    row, problems = checked(stars="9", recognised_year="xx", group="?")
    assert row is None
    assert {problem.column for problem in problems} == {"stars", "recognised_year", "group"}


def test_text_comes_out_in_one_form():
    decomposed = unicodedata.normalize("NFD", "\u200b  Mật  ong\u00a0bạc hà ")
    assert value("product_name", decomposed, "name") == "Mật ong bạc hà"


@pytest.mark.parametrize(
    ("name", "group", "hint", "code"),
    [
        ("Nước mắm Cát Hải", "food", "fish_sauce", "set-09"),
        ("Mắm tép Ba Làng", "food", "fish_sauce", "set-08"),
        ("Nước mắm Cát Hải", "food", "", "set-09"),
        ("Cà phê Buôn Hồ", "đồ uống", "", "set-13"),
        ("Rượu nếp cái hoa vàng", "Đồ uống", "", "set-14"),
        ("Khăn rằn Nam Bộ", "Thủ công mỹ nghệ", "", "set-22"),
        ("Bộ lư hương", "handicraft", "", "crafts"),
        ("Bộ lư hương", "handicraft", "no_such_kind", "crafts"),
        ("Hoa lan", "", "ornamental", "set-23"),
        ("Tôm chua", "herbal", "", "herbs"),
        ("Tôm chua", "food", "set-21", "set-21"),
        ("Nước mắm Cát Hải", "food", "crafts", "crafts"),
        ("Điểm du lịch", "tourism", "tourism", "set-26"),
    ],
)
def test_set_of_a_row(name, group, hint, code):
    row, problems = checked(product_name=name, group=group, category_hint=hint)
    assert problems == []
    assert row.category == code


def test_no_group_no_kind_no_word():
    row, problems = checked(product_name="Abc", group="", category_hint="")
    assert row is None
    assert [problem.column for problem in problems] == ["group"]


def test_unknown_kind_is_noted():
    row, _problems = checked(category_hint="space_food")
    assert len(row.notes) == 1
    assert "space_food" in row.notes[0]


@given(st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=40)))
def test_any_cells_give_a_row_or_reasons(cells):
    row, problems = check(RawRow(3, cells))
    assert (row is None) == bool(problems)
    assert all(problem.line == 3 and problem.column in COLUMNS and problem.reason for problem in problems)
    if row is not None:
        assert row.name == unicodedata.normalize("NFC", row.name)
        assert row.stars is None or 1 <= row.stars <= 5
        assert row.price is None or row.price > 0
