"""Dates that are known to the day, the month or the year only: how far they reach, and how they are said."""

import calendar
import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def beginning(day: datetime.date | None, precision: str) -> datetime.date | None:
    """The first day that the date can mean: any day of a month stands for its first."""
    if day is None or precision == "day":
        return day
    return day.replace(day=1) if precision == "month" else day.replace(month=1, day=1)


def last_day(
    starts_on: datetime.date | None, ends_on: datetime.date | None, precision: str
) -> datetime.date | None:
    """The last day by what is known; where no end is known, the last that the beginning can be."""
    if ends_on is not None or starts_on is None or precision == "day":
        return ends_on or starts_on
    if precision == "month":
        return starts_on.replace(day=calendar.monthrange(starts_on.year, starts_on.month)[1])
    return starts_on.replace(month=12, day=31)


def in_words(starts_on: datetime.date | None, ends_on: datetime.date | None, precision: str) -> str:
    """The dates as text in the reader's language: `04/02/2026 đến 08/02/2026`, `Tháng 2, 2026`."""
    if starts_on is None:
        return _("date not known")
    if precision == "day" and ends_on is None:
        return _("from %(day)s") % {"day": _day(starts_on)}
    first = _as_known(starts_on, precision)
    if ends_on is None or (precision == "day" and ends_on == starts_on):
        return first
    return _("%(first)s to %(last)s") % {"first": first, "last": _day(ends_on)}


def in_box(starts_on: datetime.date | None, ends_on: datetime.date | None, precision: str) -> tuple[str, str]:
    """Two short words for a box: the day and to when it lasts, the month and its year, the year."""
    if starts_on is None:
        return "?", _("no date")
    if precision == "year":
        return str(starts_on.year), ""
    if precision == "month":
        return date_format(starts_on, pgettext("date format", "M")), str(starts_on.year)
    if ends_on is None or ends_on == starts_on:
        return str(starts_on.day), date_format(starts_on, "D")
    return str(starts_on.day), _("to %(day)s") % {"day": date_format(ends_on, "MONTH_DAY_FORMAT")}


def month_in_words(day: datetime.date) -> str:
    """The month of a day with its year, for headings."""
    return date_format(day, "YEAR_MONTH_FORMAT")


def _as_known(day: datetime.date, precision: str) -> str:
    if precision == "year":
        return str(day.year)
    return month_in_words(day) if precision == "month" else _day(day)


def _day(day: datetime.date) -> str:
    return date_format(day, "DATE_FORMAT")
