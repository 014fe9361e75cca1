"""stripe-mock, Stripe's own server of its interface's form: it checks what it is asked and keeps nothing."""

import hashlib
import os
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from tests.architecture.messages import ROOT
from tests.services.components import GO
from tests.services.ports import free_port

SOURCE = ROOT / "tests" / "services" / "stripe_server"
START_SECONDS = 30


class StripeMockUnavailable(Exception):
    """Go is missing, or the server did not start; the message says which."""


@contextmanager
def running_stripe_mock() -> Iterator[int]:
    """Start a server on this machine only and give its port; end it after."""
    if GO.find() is None:
        raise StripeMockUnavailable(GO.missing_line)
    port = free_port()
    command = [_program(), "-http-addr", f"127.0.0.1:{port}", "-https-addr", f"127.0.0.1:{free_port()}"]
    with tempfile.TemporaryFile() as log:
        # A session of its own: Ctrl-C ends the tests first, and only then the server.
        server = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        try:
            deadline = time.monotonic() + START_SECONDS
            while not _answers(port):
                if server.poll() is not None or time.monotonic() > deadline:
                    log.seek(0)
                    reason = log.read().decode(errors="replace").strip()
                    raise StripeMockUnavailable(f"stripe-mock did not start: {reason}")
                time.sleep(0.05)
            yield port
        finally:
            server.kill()
            server.wait()


def _answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=1).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


@cache
def _program() -> Path:
    """Built once for each version; Go fetches the modules that go.sum names and checks them."""
    digest = hashlib.sha256(b"".join((SOURCE / name).read_bytes() for name in ("go.mod", "go.sum")))
    program = ROOT / "var" / "cache" / f"stripe-mock-{digest.hexdigest()[:16]}"
    if not program.exists():
        program.parent.mkdir(parents=True, exist_ok=True)
        draft = program.with_suffix(f".{os.getpid()}")
        command = [GO.find(), "build", "-o", draft, "github.com/stripe/stripe-mock"]
        subprocess.run(command, cwd=SOURCE, check=True)
        draft.replace(program)
    return program
