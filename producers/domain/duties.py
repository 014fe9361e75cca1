"""How soon the marketplace acts on what is sold here: dated data with its source, never constants in code."""

import datetime
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from marketplace.core import clock

FILE = Path(__file__).resolve().parent.parent / "data" / "duties.json"


@dataclass(frozen=True)
class Duty:
    """A number of hours that an act sets, and the days on which it does (both included)."""

    topic: str
    hours: int
    act: str
    article: str
    valid_from: datetime.date
    valid_to: datetime.date | None
    source: str

    @property
    def time(self) -> datetime.timedelta:
        return datetime.timedelta(hours=self.hours)

    def holds_on(self, day: datetime.date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@cache
def all_duties() -> tuple[Duty, ...]:
    rows = json.loads(FILE.read_text(encoding="utf-8"))["duties"]
    return tuple(Duty(**{**row, **_dates(row)}) for row in rows)


def duty(topic: str, moment: datetime.datetime) -> Duty:
    """What holds at a moment, by the date in Hà Nội; for one before all acts, the first of the topic."""
    about = [each for each in all_duties() if each.topic == topic]
    day = moment.astimezone(clock.HA_NOI).date()
    return next((each for each in about if each.holds_on(day)), about[0])


def _dates(row: dict) -> dict:
    return {
        "valid_from": datetime.date.fromisoformat(row["valid_from"]),
        "valid_to": datetime.date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
    }
