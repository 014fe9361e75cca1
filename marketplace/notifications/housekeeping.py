"""Clearing away what was never finished."""

import datetime

from django.utils.translation import gettext_lazy as _

from marketplace.core import clock
from marketplace.core.tasks import recurring_task
from marketplace.notifications.models import Subscription

PENDING_FOR = datetime.timedelta(days=30)


@recurring_task(every=datetime.timedelta(days=1), title=_("Forget addresses that were never confirmed"))
def remove_unconfirmed_subscriptions() -> int:
    """Remove addresses that asked for the newsletter long ago and never confirmed; gives how many."""
    left = Subscription.objects.filter(
        state=Subscription.State.PENDING, asked_at__lt=clock.now() - PENDING_FOR
    )
    return left.delete()[0]
