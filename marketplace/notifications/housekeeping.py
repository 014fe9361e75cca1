"""Clearing away what was never finished."""

import datetime

from django.utils.translation import gettext_lazy as _

from marketplace.core import clock
from marketplace.core.tasks import recurring_task
from marketplace.notifications import reminders
from marketplace.notifications.models import Notice, Subscription

PENDING_FOR = datetime.timedelta(days=30)
MORNING = 8
"""The hour in Hà Nội from which people are reminded."""
NOTICES_KEPT = datetime.timedelta(days=400)
"""Longer than a certification needs from its first reminder to its end, so that none comes twice."""


@recurring_task(every=datetime.timedelta(days=1), title=_("Forget addresses that were never confirmed"))
def remove_unconfirmed_subscriptions() -> int:
    """Remove addresses that asked for the newsletter long ago and never confirmed; gives how many."""
    left = Subscription.objects.filter(
        state=Subscription.State.PENDING, asked_at__lt=clock.now() - PENDING_FOR
    )
    return left.delete()[0]


@recurring_task(
    every=datetime.timedelta(days=1),
    in_transaction=True,
    title=_("Tell producers of certifications that end soon"),
)
def tell_of_ending_certifications() -> int:
    """Gives how many certifications came to a step of 180, 90 or 30 days."""
    return reminders.tell_of_ends()


@recurring_task(
    every=datetime.timedelta(hours=1), in_transaction=True, title=_("Remind guests of tomorrow's visit")
)
def remind_of_visits() -> int:
    """Gives how many bookings there are for tomorrow; each buyer is told once, however often it runs."""
    return reminders.tell_of_visits() if clock.now().astimezone(clock.HA_NOI).hour >= MORNING else 0


@recurring_task(every=datetime.timedelta(days=1), title=_("Remove old notices"))
def remove_old_notices() -> int:
    """Remove notices of more than a year ago; gives how many."""
    return Notice.objects.filter(created_at__lt=clock.now() - NOTICES_KEPT).delete()[0]
