"""Whether a place is open, by its week and the days that differ."""

import datetime
from types import SimpleNamespace

import pytest

from marketplace.core import clock
from producers.opening import Opening, opening_at

MONDAY = datetime.date(2026, 11, 23)


def moment(text: str, day: datetime.date = MONDAY) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time.fromisoformat(text), tzinfo=clock.HA_NOI)


def hours(*spans: str, days=range(7)) -> list:
    return [
        SimpleNamespace(
            weekday=day,
            opens_at=datetime.time.fromisoformat(opens),
            closes_at=datetime.time.fromisoformat(closes),
        )
        for day in days
        for opens, closes in (span.split("-") for span in spans)
    ]


def exception(first: datetime.date, last: datetime.date, span: str = "") -> SimpleNamespace:
    opens, closes = (datetime.time.fromisoformat(each) for each in span.split("-")) if span else (None, None)
    return SimpleNamespace(first_day=first, last_day=last, opens_at=opens, closes_at=closes)


def test_nothing_is_said_where_no_hours_are_known():
    assert opening_at(moment("09:00"), [], []) is None


@pytest.mark.parametrize(
    ("at", "is_open", "changes"),
    [
        ("06:59", False, "07:30"),
        ("07:30", True, "12:00"),
        ("11:59", True, "12:00"),
        ("12:00", False, "14:00"),
        ("19:29", True, "19:30"),
    ],
)
def test_two_spans_of_a_day(at, is_open, changes):
    found = opening_at(moment(at), hours("07:30-12:00", "14:00-19:30"), [])
    assert found == Opening(is_open, moment(changes))


def test_after_the_last_span_the_next_day_opens():
    found = opening_at(moment("20:00"), hours("08:00-18:00"), [])
    assert found == Opening(False, moment("08:00", MONDAY + datetime.timedelta(days=1)))


def test_a_night_market_is_open_past_midnight():
    night = hours("18:00-02:00", days=[0])
    tuesday = MONDAY + datetime.timedelta(days=1)
    assert opening_at(moment("01:30", tuesday), night, []) == Opening(True, moment("02:00", tuesday))
    assert not opening_at(moment("02:00", tuesday), night, []).is_open
    assert not opening_at(moment("01:30"), night, []).is_open


def test_open_day_and_night_never_changes():
    assert opening_at(moment("03:00"), hours("00:00-00:00"), []) == Opening(True, None)


def test_a_holiday_takes_the_place_of_the_week():
    closed = [exception(MONDAY, MONDAY)]
    found = opening_at(moment("09:00"), hours("08:00-18:00"), closed)
    assert found == Opening(False, moment("08:00", MONDAY + datetime.timedelta(days=1)))


def test_a_holiday_with_hours_of_its_own():
    short = [exception(MONDAY, MONDAY, "08:00-11:00")]
    assert opening_at(moment("10:00"), hours("08:00-18:00"), short) == Opening(True, moment("11:00"))
    assert not opening_at(moment("12:00"), hours("08:00-18:00"), short).is_open


def test_closed_for_longer_than_a_week_names_no_day():
    long = [exception(MONDAY, MONDAY + datetime.timedelta(days=20))]
    assert opening_at(moment("09:00"), hours("08:00-18:00"), long) == Opening(False, None)
