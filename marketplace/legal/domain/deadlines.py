"""By when the marketplace must answer: dated data with its source, never constants in code."""

import datetime
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from marketplace.core import clock

FILE = Path(__file__).resolve().parent.parent / "data" / "deadlines.json"


@dataclass(frozen=True)
class Deadline:
    """How many working days an answer to a topic may take, by a law or by the operator's own promise."""

    topic: str
    working_days: int
    basis: str
    act: str
    valid_from: datetime.date
    valid_to: datetime.date | None
    source: str

    @property
    def is_law(self) -> bool:
        """Whether the act itself sets the number of days."""
        return self.basis == "law"

    def holds_on(self, day: datetime.date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def due(self, received_on: datetime.date) -> datetime.date:
        """The last day for the answer to what came in on a day."""
        return clock.working_days_after(received_on, self.working_days)


@cache
def all_deadlines() -> tuple[Deadline, ...]:
    rows = json.loads(FILE.read_text(encoding="utf-8"))["deadlines"]
    return tuple(Deadline(**{**row, **_dates(row)}) for row in rows)


def deadline_for(topic: str, day: datetime.date) -> Deadline | None:
    """The deadline for what comes in about a topic on a day; None where nobody set one."""
    return next((each for each in all_deadlines() if each.topic == topic and each.holds_on(day)), None)


def _dates(row: dict) -> dict:
    return {
        "valid_from": datetime.date.fromisoformat(row["valid_from"]),
        "valid_to": datetime.date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
    }
