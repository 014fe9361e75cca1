"""Until when goods can be given back, and by when the seller answers: dated data with its source."""

import datetime
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from marketplace.core import clock
from marketplace.core.dated import Dated, read

FILE = Path(__file__).resolve().parent.parent / "data" / "return_periods.json"


@dataclass(frozen=True)
class ReturnPeriod(Dated):
    """For one reason: days after receipt in which a return can be asked for, working days for the answer.

    ``basis`` is ``law`` where the act itself names the number, ``own`` where the operator set it;
    ``return_delivery_by`` who pays for the way back, ``seller`` or ``buyer``.
    """

    reason: str
    days: int
    answer_working_days: int
    basis: str
    act: str
    return_delivery_by: str
    source: str

    def last_day(self, received_on: datetime.date) -> datetime.date:
        """The last day on which the return can be asked for."""
        return received_on + datetime.timedelta(days=self.days)

    def answer_by(self, asked_on: datetime.date) -> datetime.date:
        """The last day for the seller's answer; Saturdays and Sundays do not count."""
        return clock.working_days_after(asked_on, self.answer_working_days)


@cache
def all_periods() -> tuple[ReturnPeriod, ...]:
    return read(FILE, "periods", ReturnPeriod)


def period_for(reason: str, received_on: datetime.date) -> ReturnPeriod | None:
    """The period of a reason for goods that were received on a day; None where none was set."""
    return next(
        (each for each in all_periods() if each.reason == reason and each.holds_on(received_on)), None
    )
