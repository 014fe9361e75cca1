"""When a place is open, in words."""

import datetime

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from marketplace.core import clock
from producers.opening import Opening


def opening_words(opening: Opening) -> str:
    """`Open now, until 19:30`, `Closed now, opens at 14:00` and the like."""
    if opening.changes_at is None:
        return _("Open day and night") if opening.is_open else _("Closed now")
    moment = opening.changes_at.astimezone(clock.HA_NOI)
    time, day = time_format(moment, "H:i"), moment.date()
    today = clock.today()
    if opening.is_open:
        # What closes at midnight, or soon after it, closes today for whoever goes there.
        is_tonight = day <= today + datetime.timedelta(days=1)
        if is_tonight:
            return _("Open now, until %(time)s") % {"time": time}
        return _("Open now, until %(day)s") % {"day": date_format(day, "l")}
    if day == today:
        return _("Closed now, opens at %(time)s") % {"time": time}
    return _("Closed now, opens on %(day)s at %(time)s") % {"day": date_format(day, "l"), "time": time}
