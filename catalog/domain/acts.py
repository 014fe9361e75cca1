"""The acts under which products are graded: dated data, never constants in code."""

import datetime
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).resolve().parent.parent / "data" / "acts.json"


@dataclass(frozen=True)
class Act:
    """An act on the grading of products and the days on which it was in force (both included)."""

    number: str
    name: str
    valid_from: datetime.date
    valid_to: datetime.date | None
    certificate_months: int
    extension_days: int
    source: str

    def holds_on(self, day: datetime.date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@cache
def all_acts() -> tuple[Act, ...]:
    """All acts that the data file has, the oldest first."""
    rows = json.loads(FILE.read_text(encoding="utf-8"))["acts"]
    return tuple(Act(**{**row, **_dates(row)}) for row in rows)


def act_on(day: datetime.date) -> Act | None:
    """The act in force on a day; None before the first one."""
    return next((act for act in all_acts() if act.holds_on(day)), None)


def governing(day: datetime.date) -> Act:
    """The act whose terms apply to a certificate of that day; the first one for those that came before it."""
    return act_on(day) or all_acts()[0]


def _dates(row: dict) -> dict:
    return {
        "valid_from": datetime.date.fromisoformat(row["valid_from"]),
        "valid_to": datetime.date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
    }
