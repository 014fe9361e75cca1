"""Trying failed tasks again because a person says so."""

import uuid

from django.db import transaction
from django.utils.translation import gettext as _
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from marketplace.core import clock
from marketplace.core.activity import record
from marketplace.core.exceptions import Refused
from marketplace.core.models import User

_AS_NEW = {"status": TaskResultStatus.READY, "worker_ids": [], "started_at": None, "finished_at": None}


@transaction.atomic
def retry(task_id: uuid.UUID, *, actor: User) -> DBTaskResult:
    """Let a failed task run again with all its attempts; raises ``Refused`` if it has not failed."""
    failed = DBTaskResult.objects.failed().filter(pk=task_id)
    if not failed.update(**_AS_NEW, run_after=clock.now()):
        raise Refused(_("This task has not failed, or is being tried again already."))
    row = DBTaskResult.objects.get(pk=task_id)
    record("task.retried", row, actor=actor, task=row.task_path)
    return row


@transaction.atomic
def retry_all(path: str, *, actor: User) -> int:
    """Let all failed tasks of one kind run again; gives how many, each with a line in the activity log."""
    ids = list(DBTaskResult.objects.failed().filter(task_path=path).values_list("pk", flat=True))
    retried = 0
    for task_id in ids:
        # A colleague may have been faster.
        try:
            retry(task_id, actor=actor)
        except Refused:
            continue
        retried += 1
    return retried
