"""Which task is being run: what a task needs to know of itself to be safe to run twice."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_running: ContextVar[uuid.UUID | None] = ContextVar("running task", default=None)


def running_task_id() -> uuid.UUID | None:
    """The id of the task that is being run here, the same in each of its attempts; None outside of tasks.

    A task runs at one worker at a time, so what an earlier attempt left half done is nobody else's.
    """
    return _running.get()


@contextmanager
def running(task_id: uuid.UUID) -> Iterator[None]:
    """While this lasts, ``running_task_id()`` gives this id."""
    before = _running.set(task_id)
    try:
        yield
    finally:
        _running.reset(before)
