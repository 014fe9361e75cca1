"""Until when a transfer is awaited: dated data with its source."""

import datetime
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from marketplace.core import clock

FILE = Path(__file__).resolve().parent / "data" / "transfer_deadlines.json"


@dataclass(frozen=True)
class TransferDeadline:
    """Hours from the start of a payment to its end, and to the reminder before that.

    ``basis`` is ``law`` where the act itself names the numbers, ``own`` where the operator set them.
    """

    pay_within_hours: int
    remind_after_hours: int
    basis: str
    act: str
    valid_from: datetime.date
    valid_to: datetime.date | None

    def holds_on(self, day: datetime.date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def due_at(self, begun_at: datetime.datetime) -> datetime.datetime:
        return begun_at + datetime.timedelta(hours=self.pay_within_hours)

    def remind_at(self, begun_at: datetime.datetime) -> datetime.datetime:
        return begun_at + datetime.timedelta(hours=self.remind_after_hours)


@cache
def all_deadlines() -> tuple[TransferDeadline, ...]:
    rows = json.loads(FILE.read_text(encoding="utf-8"))["deadlines"]
    return tuple(TransferDeadline(**{**row, **_dates(row)}) for row in rows)


def deadline_now() -> TransferDeadline:
    """The deadline for payments that start now; raises LookupError where none was set for today."""
    today = clock.today()
    for deadline in all_deadlines():
        if deadline.holds_on(today):
            return deadline
    raise LookupError(f"no deadline for transfers on {today}")


def _dates(row: dict) -> dict:
    return {
        "valid_from": datetime.date.fromisoformat(row["valid_from"]),
        "valid_to": datetime.date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
    }
