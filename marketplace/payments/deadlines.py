"""Until when a transfer is awaited: dated data with its source."""

import datetime
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from marketplace.core import clock
from marketplace.core.dated import Dated, read

FILE = Path(__file__).resolve().parent / "data" / "transfer_deadlines.json"


@dataclass(frozen=True)
class TransferDeadline(Dated):
    """Hours from the start of a payment to its end, and to the reminder before that.

    ``basis`` is ``law`` where the act itself names the numbers, ``own`` where the operator set them.
    """

    pay_within_hours: int
    remind_after_hours: int
    basis: str
    act: str

    def due_at(self, begun_at: datetime.datetime) -> datetime.datetime:
        return begun_at + datetime.timedelta(hours=self.pay_within_hours)

    def remind_at(self, begun_at: datetime.datetime) -> datetime.datetime:
        return begun_at + datetime.timedelta(hours=self.remind_after_hours)


@cache
def all_deadlines() -> tuple[TransferDeadline, ...]:
    return read(FILE, "deadlines", TransferDeadline)


def deadline_now() -> TransferDeadline:
    """The deadline for payments that start now; raises LookupError where none was set for today."""
    today = clock.today()
    for deadline in all_deadlines():
        if deadline.holds_on(today):
            return deadline
    raise LookupError(f"no deadline for transfers on {today}")
