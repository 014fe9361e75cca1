"""Recurring tasks of the kernel: what would only pile up is removed."""

import datetime
from importlib import import_module

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from marketplace.core import clock
from marketplace.core.models import PublicChange
from marketplace.core.tasks import recurring_task

DAILY = datetime.timedelta(days=1)
OFTEN = datetime.timedelta(minutes=10)
DONE_KEPT = datetime.timedelta(days=7)
FAILED_KEPT = datetime.timedelta(days=60)
BATCH = 1000


@recurring_task(every=DAILY, title=_("Remove tasks that were finished long ago"))
def prune_tasks() -> int:
    """Remove tasks done over a week ago, and those that failed over two months ago; gives how many."""
    now = clock.now()
    old = DBTaskResult.objects.filter(
        Q(status=TaskResultStatus.SUCCESSFUL, finished_at__lt=now - DONE_KEPT)
        | Q(status=TaskResultStatus.FAILED, finished_at__lt=now - FAILED_KEPT)
    )
    removed = 0
    # In batches, so that nobody waits long for a lock.
    while ids := list(old.order_by().values_list("pk", flat=True)[:BATCH]):
        removed += DBTaskResult.objects.filter(pk__in=ids).delete()[0]
    return removed


@recurring_task(every=DAILY, title=_("Remove sessions that have ended"))
def clear_sessions() -> None:
    """Remove the sessions that nobody can use any more."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


@recurring_task(every=OFTEN, title=_("Sum up the changes of public pages"))
def compact_public_changes() -> int:
    """One row instead of many; the version of the pages stays as it is. Gives how many rows there were."""
    return PublicChange.objects.compact()
