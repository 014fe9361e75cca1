"""Giving back what dead workers were running."""

import datetime
import logging
from collections.abc import Iterable

from django.db import transaction
from django_tasks_db.models import DBTaskResult

from marketplace.core import clock
from marketplace.core.models import TaskWorker
from marketplace.core.tasks import outcomes
from marketplace.core.tasks.presence import living, lock_kind

logger = logging.getLogger(__name__)

UNKNOWN_FOR = datetime.timedelta(minutes=10)


def from_dead_workers() -> int:
    """Give back the tasks of workers that are dead, and remove their rows; gives how many tasks."""
    workers = list(TaskWorker.objects.all())
    alive = living(workers)
    return sum(_bury(worker) for worker in workers if worker.worker_id not in alive)


def of_worker(worker_id: str) -> int:
    """Give back what stands as being run by this worker; only for itself, when it runs nothing."""
    return _give_back(row for row in _running() if row.worker_ids[-1:] == [worker_id])


def of_unknown_workers() -> int:
    """Give back what runs under an id that no worker's row has, as after a plain worker of the library."""
    since = clock.now() - UNKNOWN_FOR
    # In this order: a worker's row is there before its first task, and goes after its last.
    old = list(_running().filter(started_at__lt=since))
    known = set(TaskWorker.objects.values_list("worker_id", flat=True)) if old else set()
    return _give_back(row for row in old if not known.intersection(row.worker_ids[-1:]))


def _bury(worker: TaskWorker) -> int:
    with transaction.atomic():
        # One that has started again under the same id has touched its row, and waits here if it is about to.
        unchanged = TaskWorker.objects.select_for_update().filter(pk=worker.pk, seen_at=worker.seen_at)
        if not unchanged:
            return 0
        logger.warning("Worker %s (%s) has died", worker.worker_id, worker)
        given_back = of_worker(worker.worker_id)
        worker.delete()
    lock_kind().forget(worker.worker_id)
    return given_back


def _running():
    return DBTaskResult.objects.running()


def _give_back(rows: Iterable[DBTaskResult]) -> int:
    return sum(outcomes.give_up_dead(row) for row in rows)
