"""The acts under which products are graded: dated data, never constants in code."""

import datetime
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from marketplace.core.dated import Dated, read

FILE = Path(__file__).resolve().parent.parent / "data" / "acts.json"


@dataclass(frozen=True)
class Act(Dated):
    """An act on the grading of products and the days on which it was in force (both included)."""

    number: str
    name: str
    certificate_months: int
    extension_days: int
    source: str


@cache
def all_acts() -> tuple[Act, ...]:
    """All acts that the data file has, the oldest first."""
    return read(FILE, "acts", Act)


def act_on(day: datetime.date) -> Act | None:
    """The act in force on a day; None before the first one."""
    return next((act for act in all_acts() if act.holds_on(day)), None)


def governing(day: datetime.date) -> Act:
    """The act whose terms apply to a certificate of that day; the first one for those that came before it."""
    return act_on(day) or all_acts()[0]
