"""The site and one worker, two processes that one command starts, watches and ends: for one's own machine."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

HOST = "127.0.0.1"
PATIENCE = 10
CHECK_EVERY = 0.2
SHORTEST_LIFE = 5
"""Seconds: what ends sooner after its start would only end again."""


def refuse_taken(port: int, command: str) -> None:
    """Raise a clear error if somebody else listens there: the server would only say so in its log.

    `command` is what the person has typed, without its port.
    """
    if not 0 < port < 65536:
        raise CommandError(_("%(port)s is no port.") % {"port": port})
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            message = _("Port %(port)s is in use or closed to you. Choose another: %(command)s PORT=8001")
            raise CommandError(message % {"port": port, "command": command}) from error


def serve(port: int, media: Path | None = None) -> None:
    """Serve until Ctrl-C or SIGTERM; `media` is a folder for the server to give out under MEDIA_URL.

    A process that dies is started again. Raises CommandError if it does not live for five seconds.
    """
    # Set by hand: what is started in the background of a script inherits that Ctrl-C is ignored.
    signal.signal(signal.SIGINT, _as_interrupt)
    signal.signal(signal.SIGTERM, _as_interrupt)
    with suppress(KeyboardInterrupt), _running([_server(port, media), _worker()]) as processes:
        while True:
            for process in processes:
                process.restart_if_dead()
            time.sleep(CHECK_EVERY)


def _server(port: int, media: Path | None) -> list[str]:
    command = [
        *(sys.executable, "-m", "granian", "marketplace.wsgi:application", "--interface", "wsgi"),
        *("--host", HOST, "--port", str(port), "--workers", "2", "--blocking-threads", "2"),
        *("--respawn-failed-workers", "--log-level", "warning"),
    ]
    if media:
        media.mkdir(parents=True, exist_ok=True)
        command += ["--static-path-route", settings.MEDIA_URL.rstrip("/"), "--static-path-mount", str(media)]
    return command


def _worker() -> list[str]:
    return [
        *(sys.executable, "-W", "ignore", "manage.py", "db_worker"),
        *("--interval", "0.2", "--no-startup-delay", "--verbosity", "0"),
    ]


class _Process:
    """A command that is to run for as long as we do."""

    def __init__(self, command: list[str]):
        self._command = command
        self.start()

    def start(self) -> None:
        """In a session of its own, so that Ctrl-C reaches us alone, who end the others in order."""
        environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
        self._started_at = time.monotonic()
        self._running = subprocess.Popen(  # noqa: S603 - our own
            self._command, cwd=settings.BASE_DIR, start_new_session=True, env=environment
        )

    def restart_if_dead(self) -> None:
        if self._running.poll() is None:
            return
        if time.monotonic() - self._started_at < SHORTEST_LIFE:
            raise CommandError(_("The site or its worker has stopped by itself."))
        self._kill_group()
        self.start()

    def ask_to_end(self) -> None:
        if self._running.poll() is None:
            self._running.terminate()

    def end(self) -> None:
        with suppress(subprocess.TimeoutExpired):
            self._running.wait(PATIENCE)
        self._kill_group()
        self._running.wait()

    def _kill_group(self) -> None:
        """The process leads a group of its own, so that what it has started itself ends with it."""
        with suppress(ProcessLookupError):
            os.killpg(self._running.pid, signal.SIGKILL)


@contextmanager
def _running(commands: list[list[str]]) -> Iterator[list[_Process]]:
    """Start them, and end them at the end: the worker after the task it is at; after ten seconds by force."""
    processes: list[_Process] = []
    try:
        for command in commands:
            processes.append(_Process(command))
        yield processes
    finally:
        for process in processes:
            process.ask_to_end()
        for process in processes:
            process.end()


def _as_interrupt(_number, _frame):
    raise KeyboardInterrupt
