"""Many people at the same moment: threads with a database connection each."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connections

PATIENCE_SECONDS = 120


def at_once(count: int, act: Callable[[int], Any]) -> list[Any]:
    """Run ``act(0)`` … ``act(count - 1)`` at the same time; gives results, or the exceptions raised."""
    start = threading.Barrier(count, timeout=PATIENCE_SECONDS)

    def run(position: int) -> Any:
        try:
            start.wait()
            return act(position)
        except Exception as error:  # the test looks at it
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=count) as crowd:
        return list(crowd.map(run, range(count)))
