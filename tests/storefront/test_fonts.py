import os
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from fontTools.ttLib import TTFont

from storefront import fonts

pytestmark = pytest.mark.unit


HARDEST_LETTERS = "Ổ ễ Ậ ặ ợ Đ đ ữ ỷ ₫ “minh hoạ” 30 × 40"


def letters_of(path):
    with TTFont(path) as font:
        return set(font.getBestCmap())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("fonts")
    fonts.build(made)
    return made


def test_every_face_of_the_style_sheets_is_made(folder):
    assert sorted(path.name for path in folder.iterdir()) == [
        "be-vietnam-pro-400-italic.woff2",
        "be-vietnam-pro-400.woff2",
        "be-vietnam-pro-500.woff2",
        "be-vietnam-pro-600.woff2",
        "be-vietnam-pro-700.woff2",
    ]


def test_style_sheet_names_exactly_the_files_that_are_made():
    sheet = Path(finders.find("storefront/css/tokens.css")).read_text()

    named = {part.split('"')[0] for part in sheet.split("../fonts/")[1:]}

    assert named == {fonts.file_name(weight, style) for weight, style in fonts.FACES}


def test_faces_hold_vietnamese_and_are_small(folder):
    for path in folder.iterdir():
        letters = letters_of(path)
        assert [letter for letter in HARDEST_LETTERS if ord(letter) not in letters] == []
        assert path.stat().st_size < 40_000


def test_typeface_has_every_letter_that_the_recipe_asks_for(folder):
    assert fonts.CODEPOINTS - letters_of(folder / "be-vietnam-pro-400.woff2") == set()


def test_second_run_writes_nothing_and_a_stale_file_is_made_anew(folder):
    stale = folder / "be-vietnam-pro-700.woff2"

    assert fonts.build(folder) == []
    os.utime(stale, (0, 0))
    assert fonts.build(folder) == [stale]


def test_forced_run_writes_all(folder):
    assert len(fonts.build(folder, force=True)) == 5
