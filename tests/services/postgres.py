"""A PostgreSQL server of one's own for a test run: an empty cluster on a free port, gone afterwards.

As a context manager: `with running_postgres() as url`.
As a command: `python -m tests.services.postgres -- COMMAND…` runs COMMAND with DATABASE_URL set to it.
"""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import psycopg

from tests.services.commands import run_beside
from tests.services.components import POSTGRES
from tests.services.ports import free_port

START_SECONDS = 30

# Nothing in a throw-away cluster is worth a wait for the disk; 200 buyers at once each hold a connection.
SERVER_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "300",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "128MB",
    # Compiling a query takes longer than any of a test's few rows.
    "jit": "off",
}


class PostgresUnavailable(Exception):
    """The server's programs are missing, or the server did not start; the message says which."""


@contextmanager
def running_postgres(settings: Mapping[str, str] = MappingProxyType({})) -> Iterator[str]:
    """Start a cluster and give its URL, that of an empty UTF-8 database; stop and delete it after.

    ``settings`` of the server, such as ``{"fsync": "on"}``, go before those that suit tests.
    """
    programs = POSTGRES.find()
    if programs is None:
        raise PostgresUnavailable(POSTGRES.missing_line)
    home = Path(tempfile.mkdtemp(prefix="ocop-postgres-"))
    account = _unprivileged_account()
    if account:
        shutil.chown(home, account["user"], account["group"])
    try:
        password = secrets.token_urlsafe(16)
        _create_cluster(programs, home, password, account)
        server, port = _start_server(programs, home, password, account, settings)
        try:
            yield f"postgres://ocop:{password}@127.0.0.1:{port}/ocop"
        finally:
            server.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
            server.wait()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _unprivileged_account() -> dict:
    """As whom to run, for subprocess: PostgreSQL refuses to be root. Empty if we are not root."""
    if os.geteuid() != 0:
        return {}
    import grp  # noqa: PLC0415 - these two are not on every system, and only root needs them
    import pwd  # noqa: PLC0415

    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": name, "group": grp.getgrgid(entry.pw_gid).gr_name, "extra_groups": []}
    raise PostgresUnavailable("PostgreSQL does not run as root, and there is no account postgres or nobody.")


def _create_cluster(programs: Path, home: Path, password: str, account: dict) -> None:
    password_file = home / "password"
    password_file.write_text(password)
    if account:
        shutil.chown(password_file, account["user"], account["group"])
    locale = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
    made = subprocess.run(
        [
            programs / "initdb",
            f"--pgdata={home / 'cluster'}",
            "--username=ocop",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            f"--locale={locale}",
            "--no-sync",
        ],
        cwd=home,
        capture_output=True,
        text=True,
        **account,
    )
    password_file.unlink()
    if made.returncode:
        raise PostgresUnavailable(f"initdb failed: {made.stderr.strip()}")


def _start_server(
    programs: Path, home: Path, password: str, account: dict, settings: Mapping[str, str]
) -> tuple[subprocess.Popen, int]:
    port = free_port()
    chosen = {**SERVER_SETTINGS, **settings, "port": str(port), "unix_socket_directories": str(home)}
    command = [programs / "postgres", "-D", home / "cluster"]
    for name, value in chosen.items():
        command += ["-c", f"{name}={value}"]
    log = home / "log"
    with log.open("wb") as output:
        # A session of its own: Ctrl-C ends the tests first, and only then the server.
        server = subprocess.Popen(
            command, cwd=home, stdout=output, stderr=output, start_new_session=True, **account
        )
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            with psycopg.connect(
                host="127.0.0.1",
                port=port,
                user="ocop",
                password=password,
                dbname="postgres",
                autocommit=True,
            ) as connection:
                connection.execute("CREATE DATABASE ocop")
            return server, port
        except psycopg.OperationalError:
            time.sleep(0.05)
    server.kill()
    server.wait()
    raise PostgresUnavailable(f"PostgreSQL did not start: {log.read_text(errors='replace').strip()}")


@contextmanager
def _named() -> Iterator[dict[str, str]]:
    with running_postgres() as url:
        yield {"DATABASE_URL": url}


def main(arguments: list[str]) -> int:
    return run_beside(arguments, __doc__, _named, PostgresUnavailable)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
