"""When a place is open: the hours of its week, and the days that differ from them."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from marketplace.core import clock

LOOK_AHEAD = 8
"""Days within which the next opening is looked for: a week, and the day that began before this one."""

_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Opening:
    """Whether a place is open at a moment, and when that changes next; None: not within a week."""

    is_open: bool
    changes_at: datetime.datetime | None


def opening_at(moment: datetime.datetime, hours: Iterable, exceptions: Iterable) -> Opening | None:
    """The state at a moment; None where no hours are known.

    ``hours`` have ``weekday`` (0 for Monday), ``opens_at`` and ``closes_at``; what closes no later than it
    opens closes on the next day. ``exceptions`` have ``first_day`` and ``last_day``, and either hours of
    their own or none, which means closed; they take the place of the week's hours on the days that begin
    in them.
    """
    hours, exceptions = list(hours), list(exceptions)
    if not hours and not exceptions:
        return None
    first = moment.astimezone(clock.HA_NOI).date() - _DAY
    days = (first + number * _DAY for number in range(LOOK_AHEAD + 1))
    spans = _joined(span for day in days for span in sorted(_spans_on(day, hours, exceptions)))
    end = moment + (LOOK_AHEAD - 1) * _DAY
    for opens, closes in spans:
        if opens <= moment < closes:
            return Opening(True, closes if closes <= end else None)
        if opens > moment:
            return Opening(False, opens)
    return Opening(False, None)


def exceptions_on(day: datetime.date, exceptions: Iterable) -> list:
    """Those that count on a day."""
    return [each for each in exceptions if each.first_day <= day <= each.last_day]


def _spans_on(day: datetime.date, hours: list, exceptions: list) -> Iterator[tuple]:
    """The spans that begin on a day, from moment to moment."""
    special = exceptions_on(day, exceptions)
    counted = special or [each for each in hours if each.weekday == day.weekday()]
    for each in counted:
        if each.opens_at is not None and each.closes_at is not None:
            ends_on = day if each.closes_at > each.opens_at else day + _DAY
            yield _moment(day, each.opens_at), _moment(ends_on, each.closes_at)


def _moment(day: datetime.date, time: datetime.time) -> datetime.datetime:
    return datetime.datetime.combine(day, time, tzinfo=clock.HA_NOI)


def _joined(spans: Iterable[tuple]) -> list[tuple]:
    """Spans of which one begins where or before another ends are one."""
    joined: list[tuple] = []
    for opens, closes in spans:
        if joined and opens <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(closes, joined[-1][1])
        else:
            joined.append((opens, closes))
    return joined
