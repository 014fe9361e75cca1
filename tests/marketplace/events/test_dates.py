import datetime

import pytest
from django.utils.translation import override

from marketplace.events import dates

pytestmark = pytest.mark.unit


def day(text):
    return datetime.date.fromisoformat(text) if text else None


@pytest.mark.parametrize(
    ("starts", "ends", "precision", "expected"),
    [
        ("2026-02-04", "2026-02-08", "day", "2026-02-08"),
        ("2026-02-04", "", "day", "2026-02-04"),
        ("2026-02-01", "", "month", "2026-02-28"),
        ("2024-02-01", "", "month", "2024-02-29"),
        ("2021-08-01", "2021-12-31", "month", "2021-12-31"),
        ("2024-01-01", "", "year", "2024-12-31"),
        ("", "", "unknown", ""),
    ],
)
def test_how_long_it_can_last(starts, ends, precision, expected):
    assert dates.last_day(day(starts), day(ends), precision) == day(expected)


@pytest.mark.parametrize(
    ("given", "precision", "expected"),
    [
        ("2026-02-17", "day", "2026-02-17"),
        ("2026-02-17", "month", "2026-02-01"),
        ("2026-02-17", "year", "2026-01-01"),
    ],
)
def test_any_day_stands_for_its_month_or_year(given, precision, expected):
    assert dates.beginning(day(given), precision) == day(expected)


@pytest.mark.parametrize(
    ("starts", "ends", "precision", "words"),
    [
        ("2026-02-04", "2026-02-08", "day", "4 February 2026 to 8 February 2026"),
        ("2026-02-04", "2026-02-04", "day", "4 February 2026"),
        ("2026-02-04", "", "day", "from 4 February 2026"),
        ("2026-02-01", "", "month", "February 2026"),
        ("2021-08-01", "2021-12-31", "month", "August 2021 to 31 December 2021"),
        ("2024-01-01", "", "year", "2024"),
        ("", "", "unknown", "date not known"),
    ],
)
def test_dates_are_said_no_more_exactly_than_they_are_known(starts, ends, precision, words):
    with override("en"):
        assert dates.in_words(day(starts), day(ends), precision) == words


@pytest.mark.parametrize(
    ("starts", "ends", "precision", "large", "small"),
    [
        ("2026-02-04", "2026-02-08", "day", "4", "to 8 Feb"),
        ("2026-02-04", "", "day", "4", "Wed"),
        ("2026-02-01", "", "month", "Feb", "2026"),
        ("2024-01-01", "", "year", "2024", ""),
        ("", "", "unknown", "?", "no date"),
    ],
)
def test_what_stands_in_the_box(starts, ends, precision, large, small):
    with override("en"):
        assert dates.in_box(day(starts), day(ends), precision) == (large, small)


def test_months_in_both_languages():
    with override("vi"):
        assert dates.month_in_words(day("2026-02-01")) == "Tháng 2, 2026"
    with override("en"):
        assert dates.month_in_words(day("2026-02-01")) == "February 2026"
