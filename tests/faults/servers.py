"""The site as it runs, whose workers a test may kill."""

import os
import random
import signal
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError, URLError

import psutil
from django.conf import settings

from tests.faults.processes import environment, wait_until
from tests.services.ports import free_port

GATEWAY_ERRORS = (502, 503, 504)


class Site:
    """Our server with some workers, each of which may be killed.

    granian starts a worker again; when one dies twice in five seconds it gives up and is started anew,
    as containers and `make run` do.
    """

    def __init__(self, log: Path, *, workers: int = 2, env: dict[str, str] | None = None):
        self.port = free_port()
        self._workers, self._env = workers, env or {}
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = log
        self._start()
        self._ends = threading.Event()
        self._keeper = threading.Thread(target=self._keep_up)
        self._keeper.start()

    def _start(self) -> None:
        command = [sys.executable, "-m", "granian", "marketplace.wsgi:application", "--interface", "wsgi"]
        command += ["--host", "127.0.0.1", "--port", str(self.port), "--workers", str(self._workers)]
        command += ["--blocking-threads", "2", "--respawn-failed-workers", "--log-level", "warning"]
        env = {**os.environ, **environment(), "OCOP_PAGE_CACHE": "1", "PYTHONWARNINGS": "ignore", **self._env}
        with self._log.open("ab") as output:
            self._granian = psutil.Popen(
                command, cwd=settings.BASE_DIR, env=env, stdout=output, stderr=output, start_new_session=True
            )

    @property
    def pid(self) -> int:
        return self._granian.pid

    def kill_one(self, lot: random.Random) -> None:
        workers = [each for each in self._granian.children() if each.status() != psutil.STATUS_ZOMBIE]
        if workers:
            lot.choice(workers).kill()

    def _keep_up(self) -> None:
        while not self._ends.wait(0.1):
            if self._granian.poll() is not None:
                self._start()

    def answers(self) -> bool:
        return answer(f"{self.url}/readyz") is not None

    def end(self) -> None:
        """By force: granian waits for ever for a worker that was killed."""
        self._ends.set()
        self._keeper.join()
        with suppress(ProcessLookupError):
            os.killpg(self._granian.pid, signal.SIGKILL)
        self._granian.wait()


@contextmanager
def served(log: Path, **options) -> Iterator[Site]:
    """A site that answers, with what `Site` takes; ended after."""
    site = Site(log, **options)
    try:
        wait_until(site.answers, "the server answers")
        yield site
    finally:
        site.end()


def answer(url: str) -> bytes | None:
    """None while the worker that would answer is dead."""
    try:
        with urllib.request.urlopen(url, timeout=30) as response:  # noqa: S310 - our own server
            return response.read()
    except HTTPError as error:
        if error.code not in GATEWAY_ERRORS:
            raise
        return None
    except (URLError, ConnectionError, TimeoutError, HTTPException):
        return None
