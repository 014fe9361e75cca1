"""How a run of a task can end.

Each ending is one conditional update of the run that was begun: if the task was taken away meanwhile and
given to another worker, it changes nothing and gives False. Within a task's own transaction that undoes
what the run has written.
"""

import datetime
import logging
from traceback import format_exception

from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from marketplace.core import clock
from marketplace.core.tasks.declare import policy_at

logger = logging.getLogger(__name__)

DEATHS = 5
"""How many workers at most may die of a task: it may be what kills them."""

DIED = "died: "
"""Stands before the id of a worker that died at the task, so that its run is not counted as an attempt."""

WAIT_AFTER_DEATH = datetime.timedelta(seconds=5)


class WorkerDied(Exception):
    """The process that ran a task ended without a word."""


class TakenAway(Exception):
    """The task was given to another worker while it ran here, so what was done here is undone."""


def succeed(row: DBTaskResult, value: object) -> bool:
    """The run is done; ``value`` is what it gave, as JSON can hold it."""
    return _end(
        row,
        status=TaskResultStatus.SUCCESSFUL,
        finished_at=clock.now(),
        return_value=value,
        exception_class_path="",
        traceback="",
    )


def fail(row: DBTaskResult, error: BaseException) -> bool:
    """The run has raised: it is tried again later, or was the last one."""
    policy, attempt = policy_at(row.task_path), len(row.worker_ids) - _deaths(row)
    trace = "".join(format_exception(error))
    if attempt >= policy.attempts:
        return _end_failed(row, error, trace)
    logger.warning("%s failed, attempt %s of %s\n%s", row.task_path, attempt, policy.attempts, trace)
    return _wait_again(row, policy.wait_after(attempt), error, trace)


def give_up_dead(row: DBTaskResult) -> bool:
    """The worker that ran it is dead: it runs again, at once the first time, but not without end."""
    deaths = _deaths(row) + 1
    error = WorkerDied(f"The worker ended while it ran this task, time {deaths} of {DEATHS} at most.")
    trace = "".join(format_exception(error))
    marked = [*row.worker_ids[:-1], DIED + row.worker_ids[-1]]
    logger.warning("%s %s: %s", row.task_path, row.pk, error)
    if deaths >= DEATHS:
        return _end_failed(row, error, trace, worker_ids=marked)
    wait = WAIT_AFTER_DEATH * 2 ** (deaths - 2) if deaths > 1 else datetime.timedelta()
    return _wait_again(row, wait, error, trace, worker_ids=marked)


def hand_back(row: DBTaskResult) -> bool:
    """The worker is made to stop in the middle: as if the run had not begun."""
    return _end(
        row,
        status=TaskResultStatus.READY,
        started_at=None,
        worker_ids=row.worker_ids[:-1],
        run_after=clock.now(),
    )


def _deaths(row: DBTaskResult) -> int:
    return sum(worker_id.startswith(DIED) for worker_id in row.worker_ids)


def _wait_again(
    row: DBTaskResult, wait: datetime.timedelta, error: BaseException, trace: str, **more
) -> bool:
    return _end(
        row,
        status=TaskResultStatus.READY,
        started_at=None,
        run_after=clock.now() + wait,
        exception_class_path=_path(error),
        traceback=trace,
        **more,
    )


def _end_failed(row: DBTaskResult, error: BaseException, trace: str, **more) -> bool:
    return _end(
        row,
        status=TaskResultStatus.FAILED,
        finished_at=clock.now(),
        return_value=None,
        exception_class_path=_path(error),
        traceback=trace,
        **more,
    )


def _path(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"


def _end(row: DBTaskResult, **fields) -> bool:
    run = DBTaskResult.objects.filter(pk=row.pk, status=TaskResultStatus.RUNNING, started_at=row.started_at)
    if not run.update(**fields):
        return False
    for name, value in fields.items():
        setattr(row, name, value)
    return True
