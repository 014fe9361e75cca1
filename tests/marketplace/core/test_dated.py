"""Rows of a JSON file with the days on which they hold."""

import datetime
import json
from dataclasses import dataclass

import pytest

from marketplace.core.dated import Dated, read

pytestmark = pytest.mark.unit

FIRST, LAST = datetime.date(2026, 1, 1), datetime.date(2026, 12, 31)
DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Rate(Dated):
    sets: tuple[int, ...]
    percent: int


def rows(tmp_path, *made):
    file = tmp_path / "rates.json"
    file.write_text(json.dumps({"source": "an act", "rates": made}))
    return read(file, "rates", Rate)


def test_a_row_holds_on_its_first_and_its_last_day(tmp_path):
    row = {"sets": [1, 2], "percent": 8, "valid_from": str(FIRST), "valid_to": str(LAST)}

    [rate] = rows(tmp_path, row)

    assert rate == Rate(sets=(1, 2), percent=8, valid_from=FIRST, valid_to=LAST)
    held = [rate.holds_on(day) for day in (FIRST - DAY, FIRST, LAST, LAST + DAY)]
    assert held == [False, True, True, False]


def test_without_an_end_it_still_holds(tmp_path):
    [rate] = rows(tmp_path, {"sets": [], "percent": 8, "valid_from": str(FIRST), "valid_to": None})

    assert rate.holds_on(LAST + 1000 * DAY)


def test_another_field_is_refused(tmp_path):
    with pytest.raises(TypeError, match="unknown"):
        rows(tmp_path, {"sets": [], "percent": 8, "valid_from": str(FIRST), "valid_to": None, "unknown": 1})
