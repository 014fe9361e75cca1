"""The frozen clock is the one that the site reads."""

import datetime

import pytest

from marketplace.core import clock

pytestmark = pytest.mark.unit


def test_the_clock_stands_until_it_is_moved(frozen):
    assert clock.today() == datetime.date(2026, 11, 24)
    assert clock.now() == datetime.datetime(2026, 11, 24, 2, 0, tzinfo=datetime.UTC)
    frozen.shift(datetime.timedelta(hours=15))
    assert clock.today() == datetime.date(2026, 11, 25)
