"""Running a command while a server that it needs is up: `python -m tests.services.postgres -- COMMAND`."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager


def run_beside(
    arguments: list[str],
    usage: str | None,
    server: Callable[[], AbstractContextManager[dict[str, str]]],
    unavailable: type[Exception],
) -> int:
    """The exit code of the command; `server` starts what it needs and gives the variables that lead to it.

    2 without a command, 1 if the server is not to be had, 130 after Ctrl-C.
    """
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    if not command:
        print(usage, file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with server() as variables:
            child = subprocess.Popen(command, env={**os.environ, **variables})
            try:
                return child.wait()
            except (KeyboardInterrupt, SystemExit):
                # Ctrl-C reached the command too: let it end by itself before its server goes.
                child.terminate()
                child.wait()
                raise
    except unavailable as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
