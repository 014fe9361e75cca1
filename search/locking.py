"""One indexer at a time, whichever process it is in; a process that dies gives the lock back by its death."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

#: The key of PostgreSQL's advisory lock: any number that nobody else uses.
ADVISORY_KEY = 0x5EA2C4


class Busy(Exception):
    """Another process indexes now."""


@contextmanager
def only_indexer(*, wait: bool) -> Iterator[None]:
    """Hold the indexer's lock; raises `Busy` if somebody else has it and ``wait`` is False.

    On PostgreSQL it is the database's, so that it holds across machines; else a file's beside the database.
    """
    locked = _in_database if connection.vendor == "postgresql" else _by_file
    with locked(wait):
        yield


@contextmanager
def _in_database(wait: bool) -> Iterator[None]:
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_KEY])
        else:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [ADVISORY_KEY])
            if not cursor.fetchone()[0]:
                raise Busy
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_KEY])


@contextmanager
def _by_file(wait: bool) -> Iterator[None]:
    path = settings.DATA_DIR / "search.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError as error:
            raise Busy from error
        yield
