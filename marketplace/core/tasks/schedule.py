"""Enqueueing recurring tasks: once per period, whichever worker comes first."""

import datetime
import logging

from django.db import transaction
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from marketplace.core import clock
from marketplace.core.models import TaskSchedule
from marketplace.core.tasks.declare import Recurring, recurring_tasks

logger = logging.getLogger(__name__)

UNFINISHED = (TaskResultStatus.READY, TaskResultStatus.RUNNING)


def enqueue_due() -> list[str]:
    """Enqueue the recurring tasks that are due; gives the paths of those that were enqueued here."""
    declared = {recurring.path: recurring for recurring in recurring_tasks()}
    schedules = {schedule.path: schedule for schedule in TaskSchedule.objects.filter(path__in=declared)}
    now = clock.now()
    if new := declared.keys() - schedules.keys():
        TaskSchedule.objects.bulk_create(
            [TaskSchedule(path=path, due_at=now) for path in sorted(new)], ignore_conflicts=True
        )
        schedules = {each.path: each for each in TaskSchedule.objects.filter(path__in=declared)}
    return [path for path, schedule in schedules.items() if _enqueue_if_due(schedule, declared[path], now)]


def next_due(
    due_at: datetime.datetime, every: datetime.timedelta, now: datetime.datetime
) -> datetime.datetime:
    """The first moment after now that lies whole periods after ``due_at``, one that has come."""
    return due_at + every * ((now - due_at) // every + 1)


def _enqueue_if_due(schedule: TaskSchedule, recurring: Recurring, now: datetime.datetime) -> bool:
    unchanged = TaskSchedule.objects.filter(pk=schedule.pk, due_at=schedule.due_at)
    if schedule.due_at > now:
        # The period was made shorter.
        if schedule.due_at > now + recurring.every:
            unchanged.update(due_at=now + recurring.every)
        return False
    with transaction.atomic():
        due_at = next_due(schedule.due_at, recurring.every, now)
        if not unchanged.update(due_at=due_at, last_due_at=schedule.due_at):
            return False
        if DBTaskResult.objects.filter(pk=schedule.last_task, status__in=UNFINISHED).exists():
            logger.warning("%s is due again and not done yet: it is left out once", schedule.path)
            return False
        enqueued = recurring.task.enqueue()
        TaskSchedule.objects.filter(pk=schedule.pk).update(last_task=enqueued.id)
    return True
