"""Text in one form: what is quick says the same as what is plain."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.text import fold, nfc, slugify, strip_marks

pytestmark = pytest.mark.unit

texts = st.text() | st.text("aăâđêôơưĐẠặ́́Ắ̛ .-\t\u00a0\u200bİß")


def without_marks_plainly(text):
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@given(texts)
def test_marks_go(text):
    assert strip_marks(text) == without_marks_plainly(text)


@given(texts)
def test_folded_text_has_no_marks_no_case_and_single_spaces(text):
    plain = re.sub(r"[^\w\s]+", " ", without_marks_plainly(text).casefold())
    assert fold(text) == re.sub(r"\s+", " ", plain).strip()


@given(texts)
def test_stored_text_is_composed_with_single_spaces(text):
    assert nfc(text) == re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()


@pytest.mark.parametrize(
    ("text", "folded", "slug"),
    [
        ("Nước mắm  Phú Quốc 38°N", "nuoc mam phu quoc 38 n", "nuoc-mam-phu-quoc-38-n"),
        (unicodedata.normalize("NFD", "Đường phèn (Ấn)"), "duong phen an", "duong-phen-an"),
        ("…", "", "ocop"),
    ],
)
def test_examples(text, folded, slug):
    assert (fold(text), slugify(text)) == (folded, slug)
