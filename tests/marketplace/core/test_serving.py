"""What `make run` and `make demo` start together: it comes back after a death and ends as a whole."""

import os
import signal
import sys
import time

import pytest
from django.core.management import CommandError

from marketplace.core import serving

pytestmark = pytest.mark.integration

PATIENCE = 20


def wait_until(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def noted(tmp_path):
    """A command that notes the process it runs as, and that of a child, and sleeps; and the notes."""
    file = tmp_path / "noted"
    script = (
        "import os, subprocess, sys, time\n"
        "child = subprocess.Popen(['sleep', '600'])\n"
        f"open({str(file)!r}, 'a').write(f'{{os.getpid()}} {{child.pid}}\\n')\n"
        "time.sleep(600)\n"
    )

    def notes():
        return [[int(pid) for pid in line.split()] for line in _lines(file)]

    return [sys.executable, "-c", script], notes


def _lines(file):
    return file.read_text().splitlines() if file.exists() else []


def lives(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_process_that_dies_is_started_again_and_its_children_end(noted, monkeypatch):
    command, notes = noted
    monkeypatch.setattr(serving, "SHORTEST_LIFE", 0)
    with serving._running([command]) as (process,):
        wait_until(lambda: len(notes()) == 1)
        ((first, child),) = notes()
        os.kill(first, signal.SIGKILL)
        process._running.wait(PATIENCE)
        process.restart_if_dead()
        wait_until(lambda: not lives(child))
        wait_until(lambda: len(notes()) == 2)
    assert not lives(notes()[1][0])
    wait_until(lambda: not lives(notes()[1][1]))


def test_what_dies_at_once_is_not_started_for_ever():
    with serving._running([[sys.executable, "-c", ""]]) as (process,):
        process._running.wait(PATIENCE)
        with pytest.raises(CommandError):
            process.restart_if_dead()


def test_when_one_cannot_be_started_the_others_end(noted):
    command, notes = noted
    with pytest.raises(FileNotFoundError), serving._running([command, ["/nonexistent"]]):
        pass
    assert not [pid for pid, _ in notes() if lives(pid)]


def test_media_are_given_out_by_the_server_itself(tmp_path):
    command = serving._server(8000, tmp_path / "media")
    assert command[-4:] == ["--static-path-route", "/media", "--static-path-mount", str(tmp_path / "media")]
    assert (tmp_path / "media").is_dir()
