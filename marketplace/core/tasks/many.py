"""Many tasks of one kind at once."""

from collections.abc import Iterable

from django_tasks.base import Task
from django_tasks.utils import normalize_json
from django_tasks_db.models import DBTaskResult, get_date_max

_AT_ONCE = 500


def enqueue_many(task: Task, arguments: Iterable[tuple]) -> None:
    """``task.enqueue(*each)`` for each of these, with a statement for hundreds of them.

    Belongs, as any enqueueing, into the transaction whose work the tasks continue.
    """
    backend = task.get_backend()
    backend.validate_task(task)
    DBTaskResult.objects.bulk_create(
        (
            DBTaskResult(
                args_kwargs=normalize_json({"args": each, "kwargs": {}}),
                priority=task.priority,
                task_path=task.module_path,
                queue_name=task.queue_name,
                run_after=task.run_after or get_date_max(),
                backend_name=backend.alias,
            )
            for each in arguments
        ),
        batch_size=_AT_ONCE,
    )
