"""What Django's task interface with ``django-tasks-db`` lacks and we need: trying again.

Tasks are enqueued with ids, inside the transaction whose work they continue, so that they exist exactly
when that work does; each can run twice.
"""

import datetime
import functools
import logging
from collections.abc import Callable

from django_tasks import task
from django_tasks.base import Task

from marketplace.core import clock

logger = logging.getLogger(__name__)

ATTEMPTS = 6
FIRST_WAIT = datetime.timedelta(seconds=30)


def retrying_task(
    *, attempts: int = ATTEMPTS, first_wait: datetime.timedelta = FIRST_WAIT
) -> Callable[..., Task]:
    """Decorator: a task that is tried again after a failure, each time waiting twice as long.

    With the defaults the last of six attempts comes a quarter of an hour after the first. An attempt that
    fails stays as a failed task with its traceback; the next one is a task of its own.
    """

    def decorate(function: Callable) -> Task:
        @functools.wraps(function)
        def attempt(*args, attempt_number: int = 1, **kwargs):
            try:
                return function(*args, **kwargs)
            except Exception:
                if attempt_number < attempts:
                    logger.warning("%s failed, attempt %s of %s", made.name, attempt_number, attempts)
                    again_at = clock.now() + first_wait * 2 ** (attempt_number - 1)
                    later = made.using(run_after=again_at)
                    later.enqueue(*args, attempt_number=attempt_number + 1, **kwargs)
                raise

        made = task(attempt)
        return made

    return decorate
