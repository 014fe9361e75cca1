"""Small charts: numbers put into steps of days, drawn by the templates as SVG without scripts or styles."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

DAYS_BY_DAY = 62
DAYS_BY_WEEK = 400
HEIGHT = 100
STEP = 10
GAP = 2


@dataclass(frozen=True)
class Point:
    """One step: its name for people and its number."""

    label: str
    value: int
    words: str


@dataclass(frozen=True)
class Bar:
    """A column of the drawing, from its left lower corner in the drawing's own units."""

    x: int
    y: float
    width: int
    height: float
    words: str


@dataclass(frozen=True)
class Columns:
    """Columns side by side; ``words`` is what the drawing says to those who do not see it."""

    title: str
    points: list[Point]

    @property
    def most(self) -> Point | None:
        return max(self.points, key=lambda point: point.value, default=None)

    @property
    def is_empty(self) -> bool:
        return not any(point.value for point in self.points)

    @property
    def width(self) -> int:
        return max(len(self.points), 1) * STEP

    @property
    def words(self) -> str:
        if self.is_empty:
            return _("%(title)s: nothing in these days") % {"title": self.title}
        most = self.most
        return _("%(title)s, %(first)s to %(last)s; the most: %(most)s on %(when)s") % {
            "title": self.title,
            "first": self.points[0].label,
            "last": self.points[-1].label,
            "most": most.words,
            "when": most.label,
        }

    @property
    def bars(self) -> list[Bar]:
        highest = max((point.value for point in self.points), default=0)
        return [
            Bar(
                number * STEP + GAP // 2,
                round(HEIGHT - height, 1),
                STEP - GAP,
                round(height, 1),
                f"{point.label}: {point.words}",
            )
            for number, point in enumerate(self.points)
            for height in [HEIGHT * point.value / highest if highest else 0]
        ]


def share(value: int, of: int) -> int:
    """Percent of the longest bar of a table, at least 1 for what is not nothing."""
    return max(round(100 * value / of), 1) if value and of else 0


def columns(
    title: str,
    numbers: dict[datetime.date, int],
    first: datetime.date,
    last: datetime.date,
    words: Callable[[int], str],
) -> Columns:
    """The numbers by day, week or month, as many steps as can be told apart."""
    sums: dict[datetime.date, int] = {}
    begin = _step_of(first, last)
    for day in _days(first, last):
        step = begin(day)
        sums[step] = sums.get(step, 0) + numbers.get(day, 0)
    name = _name_of(first, last)
    points = [Point(name(step), value, words(value)) for step, value in sums.items()]
    return Columns(title, points)


def _step_of(first: datetime.date, last: datetime.date) -> Callable[[datetime.date], datetime.date]:
    length = (last - first).days
    if length < DAYS_BY_DAY:
        return lambda day: day
    if length < DAYS_BY_WEEK:
        # Weeks begin on Monday; the first one with the first day.
        return lambda day: max(day - datetime.timedelta(days=day.weekday()), first)
    return lambda day: max(day.replace(day=1), first)


def _name_of(first: datetime.date, last: datetime.date) -> Callable[[datetime.date], str]:
    length = (last - first).days
    if length < DAYS_BY_DAY:
        return lambda day: date_format(day, "SHORT_DATE_FORMAT")
    if length < DAYS_BY_WEEK:
        return lambda day: _("week of %(day)s") % {"day": date_format(day, "SHORT_DATE_FORMAT")}
    return lambda day: date_format(day, "m/Y")


def _days(first: datetime.date, last: datetime.date) -> Iterable[datetime.date]:
    return (first + datetime.timedelta(days=number) for number in range((last - first).days + 1))
