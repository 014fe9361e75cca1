"""Recurring tasks of sellers."""

import datetime

from django.utils.translation import gettext_lazy as _

from marketplace.core.tasks import recurring_task
from producers.domain import suspensions

OFTEN = datetime.timedelta(minutes=10)


@recurring_task(every=OFTEN, title=_("Suspend stalls whose notice is over"))
def begin_due_suspensions() -> int:
    """Stalls whose notice of suspension is over sell nothing from now on; gives how many."""
    return suspensions.begin_due()
