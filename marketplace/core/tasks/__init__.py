"""What Django's task interface with ``django-tasks-db`` lacks and we need.

Tasks are enqueued with ids, inside the transaction whose work they continue, so that they exist exactly when
that work does. Here are trying again after a failure, tasks that recur, and a worker whose death loses
nothing: what it ran is noticed, and run again. ``docs/tasks.md`` tells what a task may rely on.
"""

from .declare import recurring_task, retrying_task
from .many import enqueue_many
from .running import running_task_id

__all__ = ["enqueue_many", "recurring_task", "retrying_task", "running_task_id"]
