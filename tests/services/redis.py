"""A Redis server of one's own: on a free port, keeping nothing on disk, that can be killed and come back."""

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from tests.services.components import REDIS
from tests.services.ports import free_port

START_SECONDS = 10


class RedisUnavailable(Exception):
    """The program is missing, or the server did not start; the message says which."""


class RedisServer:
    """One server at one address, running or not."""

    def __init__(self, home: Path):
        self._home = home
        self._port = free_port()
        self._process: subprocess.Popen | None = None
        self.url = f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        """Start it empty; nothing if it runs."""
        if self._process and self._process.poll() is None:
            return
        program = REDIS.find()
        if program is None:
            raise RedisUnavailable(REDIS.missing_line)
        options = {"bind": "127.0.0.1", "port": str(self._port), "dir": str(self._home), "save": ""}
        command = [str(program), *(word for name, value in options.items() for word in (f"--{name}", value))]
        log = self._home / "log"
        with log.open("wb") as output:
            # A session of its own: Ctrl-C ends the tests first, and only then the server.
            self._process = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)
        deadline = time.monotonic() + START_SECONDS
        while self._process.poll() is None and time.monotonic() < deadline:
            if self._answers():
                return
            time.sleep(0.02)
        self.kill()
        raise RedisUnavailable(f"Redis did not start: {log.read_text(errors='replace').strip()}")

    def kill(self) -> None:
        """End it at once, as a machine that fails; what it kept is lost."""
        self._process.kill()
        self._process.wait()

    def hang(self) -> None:
        """It holds its connections and answers nothing, until `resume`."""
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url, socket_timeout=1) as client:
                return client.ping()
        except redis.RedisError:
            return False


@contextmanager
def running_redis() -> Iterator[RedisServer]:
    """Start an empty server; `url` is its address. Kill and delete it after."""
    home = Path(tempfile.mkdtemp(prefix="ocop-redis-"))
    try:
        server = RedisServer(home)
        server.start()
        try:
            yield server
        finally:
            server.kill()
    finally:
        shutil.rmtree(home, ignore_errors=True)
