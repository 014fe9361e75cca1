"""The queue of tasks as the administrators' page shows it: counts, one tab, and what keeps it moving."""

import datetime
import json
import re
from collections import Counter
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Min, QuerySet
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import ngettext, pgettext_lazy
from django_tasks.base import TaskResultStatus as Status
from django_tasks_db.models import DBTaskResult, get_date_max

from marketplace.core import clock
from marketplace.core.models import TaskSchedule, TaskWorker
from marketplace.core.tasks.declare import Recurring, recurring_tasks, title_at
from marketplace.core.tasks.presence import living

TASKS_PER_PAGE = 20
ARGUMENTS_LENGTH = 200

# What stands before the name of an exception's class.
_MODULE = re.compile(r"^(?:\w+\.)+(?=\w+(?::|$))")


@dataclass(frozen=True)
class Tab:
    """One state of tasks, and what stands first in its list."""

    code: str
    status: str
    label: Promise
    order: tuple


TABS = (
    Tab("failed", Status.FAILED, pgettext_lazy("task", "Failed"), (F("finished_at").desc(), "pk")),
    Tab("waiting", Status.READY, pgettext_lazy("task", "Waiting"), ("run_after", "enqueued_at", "pk")),
    Tab("running", Status.RUNNING, pgettext_lazy("task", "Running"), ("started_at", "pk")),
    Tab("done", Status.SUCCESSFUL, pgettext_lazy("task", "Done"), (F("finished_at").desc(), "pk")),
)


@dataclass(frozen=True)
class Kind:
    """The tasks of one name that are in the queue, by their state."""

    path: str
    title: str
    counts: Counter

    @property
    def failed(self) -> int:
        return self.counts[Status.FAILED]


@dataclass(frozen=True)
class Row:
    """One task of the list."""

    task: DBTaskResult
    title: str
    arguments: str
    attempt: int
    error: str
    due_at: datetime.datetime | None
    worker: "TaskWorker | None"
    is_worker_alive: bool

    @property
    def took(self) -> float | None:
        """Seconds from the last start to the end."""
        task = self.task
        if not (task.started_at and task.finished_at):
            return None
        return (task.finished_at - task.started_at).total_seconds()


@dataclass(frozen=True)
class RecurringRow:
    """A recurring task: how often it runs, how it went last, when it runs next."""

    title: str
    path: str
    every: str
    last: DBTaskResult | None
    last_at: datetime.datetime | None
    due_at: datetime.datetime | None


def tab_of(code: str | None) -> Tab:
    """The tab with this code; the first one for a code that there is not."""
    return next((tab for tab in TABS if tab.code == code), TABS[0])


def kinds() -> list[Kind]:
    """Every kind of task that is in the queue, by name, in one query."""
    counted: dict[str, Counter] = {}
    rows = DBTaskResult.objects.order_by().values_list("task_path", "status").annotate(number=Count("pk"))
    for path, status, number in rows:
        counted.setdefault(path, Counter())[status] = number
    found = [Kind(path, title_at(path), counts) for path, counts in counted.items()]
    return sorted(found, key=lambda kind: (kind.title, kind.path))


def oldest_waiting_since() -> datetime.datetime | None:
    """Since when the task waits that is due and waits longest."""
    return DBTaskResult.objects.ready().order_by().aggregate(first=Min("enqueued_at"))["first"]


def page_of(tab: Tab, kind: Kind | None, number: str | None, count: int) -> Page:
    """One page of a tab, of one kind or of all; ``count`` is how many there are, which ``kinds()`` knows."""
    rows: QuerySet = DBTaskResult.objects.filter(status=tab.status).order_by(*tab.order).defer("return_value")
    if kind is not None:
        rows = rows.filter(task_path=kind.path)
    paginator = Paginator(rows, TASKS_PER_PAGE)
    paginator.count = count
    return paginator.get_page(number)


def rows_of(page: Page, workers: list[tuple[TaskWorker, bool]]) -> list[Row]:
    """The rows of a page; makes no query but that of the page itself."""
    by_id = {worker.worker_id: (worker, is_alive) for worker, is_alive in workers}
    return [_row(task, by_id) for task in page]


def workers() -> list[tuple[TaskWorker, bool]]:
    """All workers that are known, and whether each lives."""
    known = list(TaskWorker.objects.all())
    alive = living(known)
    return [(worker, worker.worker_id in alive) for worker in known]


def recurring() -> list[RecurringRow]:
    """All recurring tasks that are declared, in two queries."""
    schedules = {schedule.path: schedule for schedule in TaskSchedule.objects.all()}
    last = DBTaskResult.objects.in_bulk([each.last_task for each in schedules.values() if each.last_task])
    rows = [_recurring_row(each, schedules.get(each.path), last) for each in recurring_tasks()]
    return sorted(rows, key=lambda row: (row.title, row.path))


def in_words(period: datetime.timedelta) -> str:
    """A period as a person says it, in its largest whole unit."""
    seconds = int(period.total_seconds())
    if seconds % 86_400 == 0:
        return ngettext("every day", "every %(number)s days", seconds // 86_400) % {
            "number": seconds // 86_400
        }
    if seconds % 3600 == 0:
        return ngettext("every hour", "every %(number)s hours", seconds // 3600) % {"number": seconds // 3600}
    if seconds % 60 == 0:
        return ngettext("every minute", "every %(number)s minutes", seconds // 60) % {"number": seconds // 60}
    return ngettext("every second", "every %(number)s seconds", seconds) % {"number": seconds}


def _row(task: DBTaskResult, workers_by_id: dict[str, tuple[TaskWorker, bool]]) -> Row:
    last_worker = task.worker_ids[-1] if task.worker_ids else ""
    worker, is_alive = workers_by_id.get(last_worker, (None, False))
    lines = task.traceback.strip().splitlines()
    return Row(
        task=task,
        title=title_at(task.task_path),
        arguments=_arguments(task),
        attempt=len(task.worker_ids),
        error=_MODULE.sub("", lines[-1]) if lines else "",
        due_at=task.run_after if clock.now() < task.run_after < get_date_max() else None,
        worker=worker,
        is_worker_alive=is_alive,
    )


def _arguments(task: DBTaskResult) -> str:
    """As they stand in the code's own way, shortened."""
    args, kwargs = task.args_kwargs["args"], task.args_kwargs["kwargs"]
    words = [json.dumps(value, ensure_ascii=False) for value in args]
    words += [f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in kwargs.items()]
    return Truncator(", ".join(words)).chars(ARGUMENTS_LENGTH)


def _recurring_row(
    declared: Recurring, schedule: TaskSchedule | None, last: dict[object, DBTaskResult]
) -> RecurringRow:
    return RecurringRow(
        title=title_at(declared.path),
        path=declared.path,
        every=in_words(declared.every),
        last=last.get(schedule.last_task) if schedule else None,
        last_at=schedule.last_due_at if schedule else None,
        due_at=schedule.due_at if schedule else None,
    )
