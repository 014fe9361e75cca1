"""Dates as pages show them, in Hà Nội's time: 02/10/2026 in Vietnamese, 2 October 2026 in English."""

import datetime

from django.utils.formats import date_format

from marketplace.core import clock


def written_day(day: datetime.date) -> str:
    """A day in the reader's language."""
    return date_format(day, "DATE_FORMAT")


def written_moment(moment: datetime.datetime) -> str:
    """A moment to the minute, in the reader's language: ``14:32, 24/11/2026``."""
    return date_format(moment.astimezone(clock.HA_NOI), "DATETIME_FORMAT")
