"""Recurring tasks of events."""

import datetime

from django.utils.translation import gettext_lazy as _

from marketplace.core.tasks import recurring_task
from marketplace.events.domain import livestreams

OFTEN = datetime.timedelta(minutes=10)


@recurring_task(every=OFTEN, title=_("End livestreams that their hosts forgot"))
def end_forgotten_livestreams() -> int:
    """Livestreams that have been on for too long are over; gives how many."""
    return livestreams.end_forgotten()
