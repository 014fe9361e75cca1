"""Tasks whose effects can be counted, for workers that are killed."""

import time

from marketplace.core.models import Activity
from marketplace.core.tasks import retrying_task

NAP_SECONDS = 0.01


@retrying_task(in_transaction=True)
def add(number: int) -> None:
    """Writes its line however often it runs: only the common commit with the task's end keeps it single."""
    time.sleep(NAP_SECONDS)
    Activity.objects.create(act="fault.added", subject_kind="effect", subject_id=str(number))
    time.sleep(NAP_SECONDS)


@retrying_task()
def ensure(number: int) -> None:
    """Can run twice: looks before it writes."""
    time.sleep(NAP_SECONDS)
    if not Activity.objects.filter(act="fault.ensured", subject_id=str(number)).exists():
        Activity.objects.create(act="fault.ensured", subject_kind="effect", subject_id=str(number))
    time.sleep(NAP_SECONDS)


@retrying_task()
def take(seconds: float) -> None:
    """Takes so long, then writes a line each time that it comes to its end."""
    Activity.objects.create(act="fault.begun", subject_kind="effect", subject_id="take")
    time.sleep(seconds)
    Activity.objects.create(act="fault.taken", subject_kind="effect", subject_id="take")
