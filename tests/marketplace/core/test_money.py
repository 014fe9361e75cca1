"""Amounts as people write them: whole dong or nothing."""

import pytest

from marketplace.core.money import parse_number, parse_vnd

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("120000", 120_000),
        ("120.000", 120_000),
        ("1,200,000", 1_200_000),
        ("120 000", 120_000),
        ("120.000 ₫", 120_000),
        ("120.000\u00a0₫", 120_000),
        ("120000 VND", 120_000),
        ("120.000đ", 120_000),
        (" 0 ", 0),
    ],
)
def test_usual_spellings_are_understood(text, number):
    assert parse_vnd(text) == number


@pytest.mark.parametrize(
    "text", ["", "120.5", "120,00", "1.20.000", "1.200,000", "-5", "1e3", "١٢", "12a", "120.0000", "₫"]
)
def test_decimals_and_what_is_no_amount_are_refused(text):
    with pytest.raises(ValueError, match="not a whole number"):
        parse_vnd(text)


def test_a_number_has_no_currency():
    with pytest.raises(ValueError, match="not a whole number"):
        parse_number("120 ₫")
