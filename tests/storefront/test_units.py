"""Units of sale are read in both languages."""

import pytest
from django.utils.translation import override

from storefront.units import in_words

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("unit", "vietnamese", "english"),
    [
        ("sản phẩm", "sản phẩm", "item"),
        ("sản phẩm 500 g", "sản phẩm 500 g", "item 500 g"),
        ("cây", "cây", "plant"),
        ("kg", "kg", "kg"),
        ("hộp", "hộp", "hộp"),
        ("", "", ""),
    ],
)
def test_a_unit_in_the_readers_language(unit, vietnamese, english):
    with override("vi"):
        assert in_words(unit) == vietnamese
    with override("en"):
        assert in_words(unit) == english
