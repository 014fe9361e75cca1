"""Running sites: ours, the peers, each served by granian in the same way."""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.architecture.messages import ROOT
from tests.services.ports import free_port

HOST = "127.0.0.1"
START_SECONDS = 60
SETTLE_SECONDS = 60
END_SECONDS = 10
IDLE = 0.05
"""The share of a core below which a site counts as idle: its threads wake up without work."""

# As the demo and the containers serve.
SERVER = ("--interface", "wsgi", "--workers", "2", "--blocking-threads", "2", "--log-level", "warning")


class SiteFailed(Exception):
    """A site did not start, or showed something else than it should."""


@dataclass(frozen=True)
class Page:
    status: int
    content_type: str
    body: bytes


@dataclass(frozen=True)
class Site:
    """A site that runs. `name` is what tables call it."""

    name: str
    port: int
    process: psutil.Process
    log: Path

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def get(self, path: str) -> Page:
        """A page as a visitor gets it who comes for the first time; no redirect is followed."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=SETTLE_SECONDS)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return Page(answer.status, answer.headers.get("Content-Type", ""), answer.read())
        finally:
            connection.close()

    def page(self, path: str) -> Page:
        """A page that is there; raises SiteFailed otherwise."""
        page = self.get(path)
        if page.status != 200:
            raise SiteFailed(f"{self.name}: {path} answers {page.status}\n{self.complaints()}")
        return page

    def settle(self) -> None:
        """Wait until the site is idle: requests that were broken off are still worked on."""
        await_idle(self.process)

    def complaints(self) -> str:
        return self.log.read_text(errors="replace")[-3000:]


def await_idle(process: psutil.Process) -> None:
    """Wait until a process and those that it has started compute no more."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() < deadline:
        before = used_by(process)
        time.sleep(0.1)
        if used_by(process) - before < IDLE * 0.1:
            return
    raise SiteFailed(f"still busy after {SETTLE_SECONDS} seconds: {' '.join(process.cmdline())}")


def used_by(process: psutil.Process) -> float:
    """Seconds of computing so far, by a process and those that it has started."""
    every = [process, *process.children(recursive=True)]
    return sum(sum(each.cpu_times()[:2]) for each in every)


@contextmanager
def serving(
    name: str,
    *,
    application: str,
    python: Path | str,
    environment: Mapping[str, str],
    log: Path,
    path: str,
) -> Iterator[Site]:
    """Serve a WSGI application until the end of the block; `path` answers 200 when it is up."""
    port = free_port()
    command = [str(python), "-m", "granian", application, *SERVER, "--host", HOST, "--port", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "PYTHONWARNINGS": "ignore", **environment},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        site = Site(name, port, psutil.Process(process.pid), log)
        _await(site, process, path)
        yield site
    finally:
        _end(process)


def _await(site: Site, process: subprocess.Popen, path: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            site.page(path)
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SiteFailed(f"{site.name} did not start:\n{site.complaints()}")


def _end(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def run(command: list, *, environment: Mapping[str, str], told: str) -> str:
    """Run a step of the preparation and give its output back; raises SiteFailed with what it said."""
    print(f"  {told}", file=sys.stderr, flush=True)
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env={**os.environ, "PYTHONWARNINGS": "ignore", **environment},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SiteFailed(f"{told}: failed\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return done.stdout
