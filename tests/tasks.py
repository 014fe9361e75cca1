"""Runs what was enqueued, as the worker does; tests call it where the worker would come in."""

from django_tasks_db.models import DBTaskResult

from marketplace.core.tasks.worker import Worker


def waiting() -> list[tuple[str, list]]:
    """Names and arguments of the tasks that wait, the oldest first."""
    rows = DBTaskResult.objects.filter(status="READY").order_by("enqueued_at")
    return [(row.task_path.rsplit(".", 1)[1], row.args_kwargs["args"]) for row in rows]


def make_worker() -> Worker:
    """A worker that is not started."""
    return Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="tests",
        excluded_queue_names=[],
    )


def run_tasks(*, expect_failures: bool = False) -> int:
    """Run all tasks that are due, also those that they enqueue; gives how many ran.

    A task that fails fails the test, unless it says that it expects that.
    """
    worker = make_worker()
    ran = 0
    while due := DBTaskResult.objects.ready().first():
        due.claim(worker.worker_id)
        worker.run_task(due)
        ran += 1
        due.refresh_from_db()
        if due.exception_class_path and not expect_failures:
            raise AssertionError(due.traceback)
    return ran
