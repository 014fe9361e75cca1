"""How soon the marketplace acts on what is sold here: dated data with its source, never constants in code."""

import datetime
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from marketplace.core import clock
from marketplace.core.dated import Dated, read

FILE = Path(__file__).resolve().parent.parent / "data" / "duties.json"


@dataclass(frozen=True)
class Duty(Dated):
    """A number of hours that an act sets, and the days on which it does (both included)."""

    topic: str
    hours: int
    act: str
    article: str
    source: str

    @property
    def time(self) -> datetime.timedelta:
        return datetime.timedelta(hours=self.hours)


@cache
def all_duties() -> tuple[Duty, ...]:
    return read(FILE, "duties", Duty)


def duty(topic: str, moment: datetime.datetime) -> Duty:
    """What holds at a moment, by the date in Hà Nội; for one before all acts, the first of the topic."""
    about = [each for each in all_duties() if each.topic == topic]
    day = moment.astimezone(clock.HA_NOI).date()
    return next((each for each in about if each.holds_on(day)), about[0])
