"""Processes of the marketplace that a test may kill: the frame of the tests of faults.

`OCOP_FAULT_RUNS` says how many rounds each such test makes (20 by default), `OCOP_FAULT_SEED` which moments
it picks; a failed test prints the seed with which it goes the same way again, as far as the machine lets it.
"""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import psutil
from django.conf import settings
from django.db import connection

PATIENCE_SECONDS = 60


def rounds(usual: int = 20) -> int:
    """How often to kill: as often as the environment says, else as is usual for this test."""
    return int(os.environ.get("OCOP_FAULT_RUNS") or usual)


def chance() -> random.Random:
    """The moments of this test; its seed is printed, which pytest shows when the test fails."""
    seed = int(os.environ.get("OCOP_FAULT_SEED") or random.SystemRandom().randrange(2**32))
    print(f"OCOP_FAULT_SEED={seed}")
    return random.Random(seed)


class ManageProcess:
    """`manage.py` with these arguments, on the test's database, leading a process group of its own."""

    def __init__(self, *arguments: str, log: Path, env: dict[str, str] | None = None):
        self.log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-W", "ignore", "manage.py", *arguments],
                cwd=settings.BASE_DIR,
                env={**os.environ, **environment(), **(env or {})},
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def kill(self) -> None:
        """SIGKILL to it and to all that it has started, and wait until they are gone."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait(PATIENCE_SECONDS)

    def stop(self) -> int:
        """SIGTERM, and its exit code when it has ended by itself."""
        self.send(signal.SIGTERM)
        return self._process.wait(PATIENCE_SECONDS)

    def assert_running(self) -> None:
        assert self.is_running, f"It has ended with {self._process.returncode}:\n{self.said()}"

    def said(self) -> str:
        """The end of its log."""
        return self.log.read_text(errors="replace")[-4000:]


class Processes:
    """Those that a test has started; at its end none of them is left."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._started: list[ManageProcess] = []

    def start(self, *arguments: str, env: dict[str, str] | None = None) -> ManageProcess:
        log = self._folder / f"process-{len(self._started)}.log"
        process = ManageProcess(*arguments, log=log, env=env)
        self._started.append(process)
        return process

    def kill_all(self) -> None:
        for process in self._started:
            process.kill()

    def assert_nothing_left(self) -> None:
        """No process of the groups that they led lives on, not even as a zombie."""
        groups = {process.pid for process in self._started}
        assert [each.info for each in psutil.process_iter(["pid", "cmdline"]) if _group(each) in groups] == []


@contextlib.contextmanager
def processes(folder: Path) -> Iterator[Processes]:
    """Start processes inside; whatever happens, they end with the test."""
    started = Processes(folder)
    try:
        yield started
    finally:
        started.kill_all()
    started.assert_nothing_left()


def wait_until(holds: Callable[[], object], what: str, *, seconds: float = PATIENCE_SECONDS) -> None:
    """Look every 20 ms; fails when it does not hold in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"Not in {seconds} s: {what}"
        time.sleep(0.02)


def environment() -> dict[str, str]:
    """What brings another process to the test's database, with files of its own beside those of the test."""
    return {
        "DJANGO_SETTINGS_MODULE": "marketplace.settings.demo",
        "OCOP_DATA_DIR": str(settings.DATA_DIR),
        "DATABASE_URL": database_url(),
    }


def database_url() -> str:
    """The test's database as another process connects to it."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    account = f"{quote(database['USER'], safe='')}:{quote(database['PASSWORD'], safe='')}"
    return f"postgres://{account}@{database['HOST']}:{database['PORT']}/{database['NAME']}"


def _group(process: psutil.Process) -> int | None:
    try:
        return os.getpgid(process.pid)
    except ProcessLookupError:
        return None
