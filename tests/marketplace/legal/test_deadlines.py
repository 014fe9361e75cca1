"""Deadlines are dated data with a source; working days are counted from the day after."""

import datetime

import pytest

from marketplace.legal.domain.deadlines import all_deadlines, deadline_for

pytestmark = pytest.mark.unit

TUESDAY, FRIDAY, SATURDAY = (datetime.date(2026, 11, day) for day in (24, 27, 28))


@pytest.mark.parametrize(
    ("topic", "received", "due"),
    [
        ("data", TUESDAY, datetime.date(2026, 11, 26)),
        ("data", FRIDAY, datetime.date(2026, 12, 1)),
        ("data", SATURDAY, datetime.date(2026, 12, 1)),
        ("goods", TUESDAY, datetime.date(2026, 12, 3)),
    ],
)
def test_weekends_do_not_count(topic, received, due):
    assert deadline_for(topic, received).due(received) == due


def test_a_deadline_holds_from_the_day_of_its_act():
    assert deadline_for("data", datetime.date(2025, 12, 31)) is None
    assert deadline_for("data", datetime.date(2026, 1, 1)).is_law
    assert not deadline_for("goods", TUESDAY).is_law
    assert deadline_for("question", TUESDAY) is None


def test_every_deadline_names_its_act_and_source():
    assert all(each.act and each.source.startswith("https://") for each in all_deadlines())
