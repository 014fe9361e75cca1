"""Knowing whether a worker lives.

A worker holds a lock that ends with its process and that nobody else can take from it: however slow or
stopped, it is never thought dead while it has it. On SQLite, where all processes are on one machine, that is
a lock on a file beside the database. On PostgreSQL it is an advisory lock of a connection that is kept for
it; because a connection can also break while its process lives, a worker there is dead only when it has
shown no sign of life for ``grace`` either, within which a living one takes its lock again.
"""

import datetime
import fcntl
import hashlib
import logging
import os
import socket
import threading
import time
from collections.abc import Iterable
from pathlib import Path

from django.db import InterfaceError, OperationalError, connection, connections

from marketplace.core import clock
from marketplace.core.models import TaskWorker

logger = logging.getLogger(__name__)

START_SECONDS = 30
PATIENCE_SECONDS = 5
"""How long a worker waits at its start for a lock that one just killed, or one who asks, may still hold."""


class WorkerIdTaken(Exception):
    """Another living worker has this id."""


class HeartbeatStopped(Exception):
    """The thread that shows that a worker lives has ended; its log says why."""


class FileLock:
    """A lock of the operating system on a file of the worker's own.

    A process that the worker has forked keeps it, rightly: the work may go on there.
    """

    beat_seconds = 10
    grace = datetime.timedelta()
    ends_with_connection = False

    def __init__(self, worker_id: str):
        self._path = self._path_of(worker_id)
        self._file: int | None = None

    def hold(self) -> bool:
        """Take the lock, or see that it is still ours."""
        if self._file is not None:
            return True
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Who removed what a dead worker of this id had left may have removed this file too.
            is_current = os.fstat(file).st_ino == self._path.stat().st_ino
        except OSError:
            is_current = False
        if is_current:
            self._file = file
        else:
            os.close(file)
        return is_current

    def release(self) -> None:
        if self._file is not None:
            self._path.unlink(missing_ok=True)
            os.close(self._file)
            self._file = None

    @classmethod
    def held(cls, worker_ids: Iterable[str]) -> set[str]:
        """Which of these workers hold theirs."""
        return {worker_id for worker_id in worker_ids if cls._is_held(cls._path_of(worker_id))}

    @classmethod
    def forget(cls, worker_id: str) -> None:
        """Remove what a dead worker has left; one that has started again under its id keeps its file."""
        path = cls._path_of(worker_id)
        try:
            file = os.open(path, os.O_RDWR)
        except FileNotFoundError:
            return
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink(missing_ok=True)
        except BlockingIOError:
            pass
        finally:
            os.close(file)

    @staticmethod
    def _is_held(path: Path) -> bool:
        try:
            file = os.open(path, os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(file)
        return False

    @staticmethod
    def _path_of(worker_id: str) -> Path:
        database = Path(connection.settings_dict["NAME"]).resolve()
        name = hashlib.sha256(worker_id.encode()).hexdigest()[:32]
        return database.parent / f".{database.name}.workers" / name


class AdvisoryLock:
    """A lock of the thread's own database connection, which must stay open for it.

    Behind a pooler this needs sessions, not transactions, to be pooled.
    """

    beat_seconds = 1
    grace = datetime.timedelta(seconds=6)
    ends_with_connection = True

    # "task" in ASCII: the first of the two numbers that PostgreSQL takes.
    space = 0x7461736B

    def __init__(self, worker_id: str):
        self._number = self._number_of(worker_id)
        self._held_on: object | None = None

    def hold(self) -> bool:
        """Take the lock, or take it again on a new connection; a dead connection may keep it for a while."""
        connection.ensure_connection()
        if self._held_on is connection.connection:
            return True
        with connection.cursor() as cursor:
            # A machine that vanishes without a word is noticed in half a minute instead of two hours.
            cursor.execute(
                "SELECT set_config('tcp_keepalives_idle', '10', false),"
                " set_config('tcp_keepalives_interval', '5', false),"
                " set_config('tcp_keepalives_count', '4', false),"
                " pg_try_advisory_lock(%s, %s)",
                [self.space, self._number],
            )
            if cursor.fetchone()[-1]:
                self._held_on = connection.connection
        return self._held_on is connection.connection

    def release(self) -> None:
        connection.close()
        self._held_on = None

    @classmethod
    def held(cls, worker_ids: Iterable[str]) -> set[str]:
        """Which of these workers hold theirs."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND granted"
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
                [cls.space],
            )
            numbers = {number for (number,) in cursor.fetchall()}
        return {worker_id for worker_id in worker_ids if cls._number_of(worker_id) & 0xFFFFFFFF in numbers}

    @classmethod
    def forget(cls, worker_id: str) -> None:
        """A dead worker leaves nothing."""

    @staticmethod
    def _number_of(worker_id: str) -> int:
        return int.from_bytes(hashlib.sha256(worker_id.encode()).digest()[:4], "big", signed=True)


def lock_kind() -> type[FileLock] | type[AdvisoryLock]:
    """The lock that fits the database."""
    return AdvisoryLock if connection.vendor == "postgresql" else FileLock


def living(workers: Iterable[TaskWorker]) -> set[str]:
    """The ids of those of these workers that are not certainly dead; two queries at most."""
    workers, lock = list(workers), lock_kind()
    if not workers:
        return set()
    seen_since = clock.now() - lock.grace
    return lock.held(worker.worker_id for worker in workers) | {
        worker.worker_id for worker in workers if lock.grace and worker.seen_at > seen_since
    }


class Heartbeat:
    """A worker's sign of life: a thread that holds the lock and keeps the worker's row up to date.

    As a context manager; raises ``WorkerIdTaken`` if another living worker has the id. ``holds`` says whether
    the lock is held: without it the worker must begin nothing.
    """

    def __init__(self, worker_id: str):
        self.worker_id = worker_id
        self.holds = False
        self._lock = lock_kind()(worker_id)
        self._known_as: dict = {}
        self._stop = threading.Event()
        self._begun = threading.Event()
        self._is_refused = False
        self._leaves_cleanly = False
        self._thread = threading.Thread(target=self._live, name="heartbeat", daemon=True)

    def __enter__(self) -> "Heartbeat":
        now = clock.now()
        self._known_as = {"host": socket.gethostname(), "process": os.getpid(), "started_at": now}
        self._thread.start()
        if not self._begun.wait(START_SECONDS):
            self._stop.set()
            raise OperationalError("The database does not take the worker's first sign of life.")
        if not self.holds:
            raise WorkerIdTaken(self.worker_id)
        return self

    def __exit__(self, kind, *_rest) -> None:
        self._leaves_cleanly = kind is None
        self._stop.set()
        self._thread.join(START_SECONDS)

    def check(self) -> None:
        """Raise if no sign of life will ever be given again: the worker must end."""
        if not self._thread.is_alive():
            raise HeartbeatStopped

    def _live(self) -> None:
        patience_ends = time.monotonic() + PATIENCE_SECONDS
        try:
            while not self._stop.is_set():
                if self._beat():
                    self._begun.set()
                elif self._is_refused and not self._begun.is_set() and time.monotonic() > patience_ends:
                    self._begun.set()
                    return
                self._stop.wait(self._lock.beat_seconds if self._begun.is_set() else 0.1)
            if self._leaves_cleanly and self.holds:
                self._leave()
        finally:
            self.holds = False
            self._lock.release()
            connections.close_all()

    def _beat(self) -> bool:
        """One sign of life; gives whether it could be given."""
        try:
            held = self._lock.hold()
            self._is_refused = not held
            if held:
                self._show()
            self.holds = held
        except (OperationalError, InterfaceError):
            logger.warning("No sign of life could be given", exc_info=True)
            connection.close()
            self.holds = self.holds and not self._lock.ends_with_connection
            return False
        return held

    def _show(self) -> None:
        """Made anew if others have removed it, having thought this worker dead."""
        mine = TaskWorker.objects.filter(worker_id=self.worker_id)
        fields = {"seen_at": clock.now(), **self._known_as}
        if not mine.update(**fields):
            TaskWorker.objects.create(worker_id=self.worker_id, **fields)

    def _leave(self) -> None:
        try:
            TaskWorker.objects.filter(worker_id=self.worker_id).delete()
        except (OperationalError, InterfaceError):
            logger.warning("The worker's row stays for the others to remove", exc_info=True)
