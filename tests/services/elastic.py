"""An Elasticsearch server of one's own for a test run: jars through Maven, a free port, no Docker.

As a fixture: `elasticsearch` is one for the whole run. As a context manager: `with running_elasticsearch() as
server`. As a command: `python -m tests.services.elastic -- COMMAND…` runs COMMAND with SEARCH_URL set to it.
"""

import hashlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from elastic_transport import Urllib3HttpNode

from tests.services.commands import run_beside
from tests.services.components import ELASTICSEARCH
from tests.services.ports import free_port

START_SECONDS = 60
HERE = Path(__file__).parent / "elasticsearch"
CACHE = Path(__file__).parents[2] / "var" / "cache" / "elasticsearch"

# A server that lives for a minute: quick to start rather than quick in the long run.
JVM_FLAGS = ["-Xms512m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData"]


class ElasticsearchUnavailable(Exception):
    """Java or Maven is missing, or the server did not come or did not start; the message says which."""


class PlainJsonNode(Urllib3HttpNode):
    """The client of version 9 as an older server understands it: media types without a version."""

    def perform_request(self, method, target, body=None, headers=None, **options):
        plain = dict(headers or {})
        for name, value in plain.items():
            media_type, _, parameters = value.partition(";")
            if "compatible-with" in parameters:
                plain[name] = media_type.replace("vnd.elasticsearch+", "")
        return super().perform_request(method, target, body, plain, **options)


@dataclass
class Server:
    """A running server. However it is stopped, its folder stays: `start` brings the same indexes back."""

    home: Path
    ports: list[int]
    process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports[0]}"

    def start(self) -> None:
        """Return when it answers."""
        jars = fetch_jars()
        command = [ELASTICSEARCH.find(), *JVM_FLAGS, "-cp", f"{jars}/*", HERE / "Server.java", self.home]
        for port in self.ports:
            command += [str(port), str(free_port())]
        log = self.home / "log"
        with log.open("ab") as output:
            # A session of its own: Ctrl-C ends the tests first, and only then the server.
            self.process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=output, stderr=output, start_new_session=True
            )
        deadline = time.monotonic() + START_SECONDS
        while self.process.poll() is None and time.monotonic() < deadline:
            if self._answers():
                return
            time.sleep(0.1)
        self.kill()
        raise ElasticsearchUnavailable(
            f"Elasticsearch did not start: {log.read_text(errors='replace')[-4000:]}"
        )

    def start_again(self) -> None:
        """Start it if it does not run."""
        if self.process.poll() is not None:
            self.start()

    def _answers(self) -> bool:
        health = f"{self.url}/_cluster/health?wait_for_nodes={len(self.ports)}&timeout=1s"
        try:
            with urllib.request.urlopen(health, timeout=2) as answer:  # noqa: S310 - our own address
                return answer.status == 200
        except OSError:
            return False

    def stop(self) -> None:
        self.process.stdin.close()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """It accepts connections and never answers."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)


@contextmanager
def running_elasticsearch(nodes: int = 1) -> Iterator[Server]:
    """Start a cluster of empty nodes; stop it and delete its folder after."""
    home = Path(tempfile.mkdtemp(prefix="ocop-elasticsearch-"))
    try:
        server = Server(home, [free_port() for _ in range(nodes)])
        server.start()
        try:
            yield server
        finally:
            if server.process.poll() is None:
                server.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def elasticsearch() -> Iterator[Server]:
    """The server that all tests of a run share; a test that kills one starts its own."""
    with running_elasticsearch() as server:
        yield server


def fetch_jars() -> Path:
    """The folder with the server's jars. Maven brings them once for each version of the list."""
    if ELASTICSEARCH.find() is None:
        raise ElasticsearchUnavailable(ELASTICSEARCH.missing_line)
    jars = CACHE / hashlib.sha256((HERE / "pom.xml").read_bytes()).hexdigest()[:12]
    if jars.exists():
        return jars
    CACHE.mkdir(parents=True, exist_ok=True)
    # Beside its place first, so that a run that was broken off leaves no half a server.
    coming = Path(tempfile.mkdtemp(prefix="coming-", dir=CACHE))
    fetched = subprocess.run(
        [
            "mvn",
            "--batch-mode",
            "--quiet",
            f"--file={HERE / 'pom.xml'}",
            "dependency:copy-dependencies",
            f"-DoutputDirectory={coming}",
        ],
        capture_output=True,
        text=True,
    )
    if fetched.returncode:
        shutil.rmtree(coming)
        raise ElasticsearchUnavailable(f"Maven did not bring Elasticsearch: {fetched.stdout.strip()}")
    try:
        coming.rename(jars)
    except OSError:  # another run was quicker
        shutil.rmtree(coming)
    return jars


@contextmanager
def _named() -> Iterator[dict[str, str]]:
    with running_elasticsearch() as server:
        yield {"SEARCH_URL": server.url, "SEARCH_NODE_CLASS": "tests.services.elastic.PlainJsonNode"}


def main(arguments: list[str]) -> int:
    return run_beside(arguments, __doc__, _named, ElasticsearchUnavailable)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
