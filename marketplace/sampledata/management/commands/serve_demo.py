import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from marketplace.sampledata.accounts import PASSWORD, demo_accounts
from marketplace.sampledata.table import lines

HOST = "127.0.0.1"
PATIENCE = 10
CHECK_EVERY = 0.2


class Command(BaseCommand):
    help = "Serve the demo: the site and one worker for mails and pictures, until Ctrl-C."

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args, port, **options):
        _refuse_taken(port)
        for line in lines(demo_accounts(), PASSWORD):
            self.stdout.write(line)
        self.stdout.write(_("The site is at http://%(host)s:%(port)s/ · Ctrl-C ends it.") % _at(port))
        self.stdout.flush()
        # Set by hand: what is started in the background of a script inherits that Ctrl-C is ignored.
        signal.signal(signal.SIGINT, _as_interrupt)
        signal.signal(signal.SIGTERM, _as_interrupt)
        started = []
        try:
            started.extend(map(_start, _commands(port)))
            while all(process.poll() is None for process in started):
                time.sleep(CHECK_EVERY)
        except KeyboardInterrupt:
            return
        finally:
            _end(started)
        raise CommandError(_("The site or its worker has stopped by itself."))


def _at(port: int) -> dict:
    return {"host": HOST, "port": port}


def _refuse_taken(port: int) -> None:
    """Raise a clear error if somebody else listens there: the server would only say so in its log."""
    if not 0 < port < 65536:
        raise CommandError(_("%(port)s is no port.") % {"port": port})
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CommandError(
                _("Port %(port)s is in use or closed to you. Choose another: make demo PORT=8001")
                % {"port": port}
            ) from error


def _commands(port: int) -> list[list[str]]:
    server = [
        *(sys.executable, "-m", "granian", "marketplace.wsgi:application", "--interface", "wsgi"),
        *("--host", HOST, "--port", str(port), "--workers", "2", "--blocking-threads", "2"),
        *("--log-level", "warning"),
    ]
    worker = [
        *(sys.executable, "-W", "ignore", "manage.py", "db_worker"),
        *("--interval", "0.2", "--no-startup-delay", "--verbosity", "0"),
    ]
    return [server, worker]


def _start(command: list[str]) -> subprocess.Popen:
    """In a session of its own, so that Ctrl-C reaches this command alone, which ends the others in order."""
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    return subprocess.Popen(command, start_new_session=True, env=environment)  # noqa: S603 - our own


def _as_interrupt(_number, _frame):
    raise KeyboardInterrupt


def _end(processes: list[subprocess.Popen]) -> None:
    """End what was started, the worker after the task it is at; after ten seconds by force.

    Each leads a group of its own, so that what it has started itself ends with it.
    """
    for process in processes:
        if process.poll() is None:
            process.terminate()
    for process in processes:
        with suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
