"""Recurring tasks of sellers."""

import datetime

from django.utils.translation import gettext_lazy as _

from marketplace.core.tasks import recurring_task
from producers.domain import reservations, suspensions

OFTEN = datetime.timedelta(minutes=10)


@recurring_task(every=OFTEN, title=_("Suspend stalls whose notice is over"))
def begin_due_suspensions() -> int:
    """Stalls whose notice of suspension is over sell nothing from now on; gives how many."""
    return suspensions.begin_due()


@recurring_task(every=OFTEN, title=_("Release reservations that nobody has picked up"))
def release_overdue_reservations() -> int:
    """What was not picked up within its time can be bought again; gives how many were released."""
    return reservations.release_overdue()
