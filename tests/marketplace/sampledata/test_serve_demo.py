import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from tests.services.ports import free_port

pytestmark = pytest.mark.integration

PATIENCE = 90  # seconds; a busy machine takes long to import everything three times


def test_port_in_use_is_told_in_one_line(db):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CommandError) as told:
            call_command("serve_demo", port=port)
    assert str(port) in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("port", [0, -1, 70_000])
def test_no_port(db, port):
    with pytest.raises(CommandError):
        call_command("serve_demo", port=port)


@pytest.mark.sqlite
@pytest.mark.skipif(not Path("/proc").exists(), reason="processes are looked up in /proc")
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_serves_until_it_is_ended_and_leaves_nothing_running(db, tmp_path, ending):
    database = tmp_path / "db.sqlite3"
    with (
        closing(sqlite3.connect(connection.settings_dict["NAME"])) as source,
        closing(sqlite3.connect(database)) as target,
    ):
        source.backup(target)
    port = free_port()
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "marketplace.settings.demo",
        "OCOP_DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{database}",
    }
    with (tmp_path / "log").open("w") as log:
        demo = subprocess.Popen(
            [sys.executable, "-W", "ignore", "manage.py", "serve_demo", "--port", str(port)],
            cwd=settings.BASE_DIR,
            env=environment,
            stdout=log,
            stderr=log,
        )
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz")
        demo.send_signal(ending)
        assert demo.wait(PATIENCE) == 0
    finally:
        demo.terminate()
        demo.wait(PATIENCE)
    log = (tmp_path / "log").read_text()
    assert f"http://127.0.0.1:{port}/" in log
    assert _running_with(str(database)) == []


def _wait_for(url):
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own
                assert answer.read() == b"ok"
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def _running_with(text):
    """Processes that have this text in their environment."""
    found = []
    for entry in os.scandir("/proc"):
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                with open(f"/proc/{entry.name}/environ", "rb") as environment:
                    if text.encode() in environment.read():
                        found.append(Path(f"/proc/{entry.name}/cmdline").read_text())
            except OSError:
                continue
    return found
