"""Dates as pages show them: 02/10/2026 in Vietnamese, 2 October 2026 in English."""

import datetime

from django.utils.formats import date_format
from django.utils.translation import get_language

from marketplace.core import clock


def written_day(day: datetime.date) -> str:
    """A day in the reader's language."""
    return date_format(day, "j F Y" if get_language() == "en" else "d/m/Y", use_l10n=False)


def written_moment(moment: datetime.datetime) -> str:
    """A moment in Hà Nội, to the minute: ``14:32, 24/11/2026``."""
    local = moment.astimezone(clock.HA_NOI)
    return f"{local:%H:%M}, {written_day(local.date())}"
