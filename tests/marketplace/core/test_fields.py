"""Days as forms take them."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from marketplace.core.fields import DayField

pytestmark = pytest.mark.unit


def test_a_day_of_this_century_is_taken():
    assert DayField().clean("2026-11-24") == datetime.date(2026, 11, 24)


@pytest.mark.parametrize("text", ["0001-01-01", "1999-12-31", "2100-01-01", "9999-12-31"])
def test_a_day_far_off_is_refused_with_the_years_that_are_taken(text):
    with pytest.raises(ValidationError) as refused:
        DayField().clean(text)
    assert refused.value.code == "far"
    assert all(year in refused.value.messages[0] for year in ("2000", "2099"))
