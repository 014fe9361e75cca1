"""By when the marketplace must answer: dated data with its source, never constants in code."""

import datetime
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from marketplace.core import clock
from marketplace.core.dated import Dated, read

FILE = Path(__file__).resolve().parent.parent / "data" / "deadlines.json"


@dataclass(frozen=True)
class Deadline(Dated):
    """How many working days an answer to a topic may take, by a law or by the operator's own promise."""

    topic: str
    working_days: int
    basis: str
    act: str
    source: str

    @property
    def is_law(self) -> bool:
        """Whether the act itself sets the number of days."""
        return self.basis == "law"

    def due(self, received_on: datetime.date) -> datetime.date:
        """The last day for the answer to what came in on a day."""
        return clock.working_days_after(received_on, self.working_days)


@cache
def all_deadlines() -> tuple[Deadline, ...]:
    return read(FILE, "deadlines", Deadline)


def deadline_for(topic: str, day: datetime.date) -> Deadline | None:
    """The deadline for what comes in about a topic on a day; None where nobody set one."""
    return next((each for each in all_deadlines() if each.topic == topic and each.holds_on(day)), None)
