"""Who counts as dead, and what becomes of the tasks of the dead."""

import datetime
import os
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import connection
from django_tasks_db.models import DBTaskResult

from marketplace.core import clock
from marketplace.core.models import TaskWorker
from marketplace.core.tasks import reclaim, retrying_task
from marketplace.core.tasks.presence import Heartbeat, HeartbeatStopped, WorkerIdTaken, living, lock_kind

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]


@retrying_task()
def work():
    pass


def known(worker_id: str, seen: datetime.timedelta = datetime.timedelta()) -> TaskWorker:
    """A worker's row, without anybody behind it."""
    now = clock.now()
    return TaskWorker.objects.create(
        worker_id=worker_id, host="here", process=1, started_at=now, seen_at=now - seen
    )


def begun_by(worker_id: str) -> DBTaskResult:
    work.enqueue()
    row = DBTaskResult.objects.ready().get()
    row.claim(worker_id)
    return row


def status(row: DBTaskResult) -> str:
    row.refresh_from_db()
    return row.status


LONG_AGO = datetime.timedelta(minutes=5)


def test_the_tasks_of_a_dead_worker_are_given_back_and_its_row_goes():
    known("dead", LONG_AGO)
    row = begun_by("dead")

    assert reclaim.from_dead_workers() == 1

    assert status(row) == "READY"
    assert TaskWorker.objects.count() == 0


def test_a_worker_that_holds_its_lock_lives_however_long_nothing_was_seen_of_it():
    with Heartbeat("slow"):
        TaskWorker.objects.update(seen_at=clock.now() - LONG_AGO)
        row = begun_by("slow")

        assert living(TaskWorker.objects.all()) == {"slow"}
        assert reclaim.from_dead_workers() == 0
        assert status(row) == "RUNNING"


@pytest.mark.postgres
def test_on_postgresql_a_worker_whose_connection_broke_is_given_time_to_take_its_lock_again():
    worker = known("cut off", datetime.timedelta(seconds=1))
    row = begun_by("cut off")
    assert reclaim.from_dead_workers() == 0
    assert status(row) == "RUNNING"

    TaskWorker.objects.filter(pk=worker.pk).update(seen_at=clock.now() - LONG_AGO)
    assert reclaim.from_dead_workers() == 1


@pytest.mark.postgres
def test_on_postgresql_the_lock_is_taken_again_when_its_connection_was_ended():
    with Heartbeat("cut off") as heartbeat, connection.cursor() as cursor:
        holders = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND classid = %s"
        cursor.execute(holders, [lock_kind().space])
        [(first,)] = cursor.fetchall()
        cursor.execute("SELECT pg_terminate_backend(%s)", [first])
        deadline = time.monotonic() + 10
        again = []
        while again in ([], [(first,)]) and time.monotonic() < deadline:
            time.sleep(0.1)
            cursor.execute(holders, [lock_kind().space])
            again = cursor.fetchall()

        assert len(again) == 1
        assert again != [(first,)]
        while not heartbeat.holds and time.monotonic() < deadline:
            time.sleep(0.1)
        assert heartbeat.holds


def test_a_worker_that_ends_leaves_nothing_behind():
    with Heartbeat("tidy"):
        assert TaskWorker.objects.get().process == os.getpid()

    assert TaskWorker.objects.count() == 0
    assert lock_kind().held(["tidy"]) == set()


def test_a_worker_that_ends_by_an_error_is_dead_at_once_but_its_row_stays():
    with pytest.raises(ZeroDivisionError), Heartbeat("unlucky"):
        raise ZeroDivisionError

    assert TaskWorker.objects.count() == 1
    assert lock_kind().held(["unlucky"]) == set()


def test_an_id_that_a_living_worker_has_is_refused(monkeypatch):
    monkeypatch.setattr("marketplace.core.tasks.presence.PATIENCE_SECONDS", 0.3)
    with Heartbeat("mine"):
        with pytest.raises(WorkerIdTaken), Heartbeat("mine"):
            pass

        assert living(TaskWorker.objects.all()) == {"mine"}


HOLD = """
import sys, time, django
django.setup()
from django.conf import settings
from django.db import connections
name = sys.argv[1]
settings.DATABASES["default"]["NAME"] = connections["default"].settings_dict["NAME"] = name
from marketplace.core.tasks.presence import Heartbeat
with Heartbeat("other process"):
    print("holding", flush=True)
    time.sleep(60)
"""


def test_the_lock_of_another_process_is_seen_and_ends_with_it():
    holder = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", HOLD, connection.settings_dict["NAME"]],
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "marketplace.settings.test"},
    )
    try:
        assert holder.stdout.readline() == b"holding\n"
        assert lock_kind().held(["other process", "nobody"]) == {"other process"}
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
    deadline = time.monotonic() + 5
    while lock_kind().held(["other process"]) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert lock_kind().held(["other process"]) == set()


@pytest.mark.sqlite
def test_what_is_removed_of_a_dead_worker_is_not_what_a_new_one_of_its_id_holds():
    with Heartbeat("w1"):
        lock_kind().forget("w1")
        assert lock_kind().held(["w1"]) == {"w1"}


def test_a_worker_without_its_heartbeat_must_end():
    with Heartbeat("w1") as heartbeat:
        heartbeat.check()
        heartbeat._stop.set()
        heartbeat._thread.join()

        with pytest.raises(HeartbeatStopped):
            heartbeat.check()


def test_a_worker_that_starts_again_under_its_id_gives_back_what_it_was_at():
    row = begun_by("w1")
    with Heartbeat("w1"):
        assert reclaim.of_worker("another") == 0
        assert reclaim.of_worker("w1") == 1
    assert status(row) == "READY"


def test_what_runs_under_an_unknown_id_is_given_back_after_a_while():
    known("known", LONG_AGO)
    row = begun_by("unknown")
    other = begun_by("known")
    assert reclaim.of_unknown_workers() == 0

    DBTaskResult.objects.update(started_at=clock.now() - datetime.timedelta(minutes=11))
    assert reclaim.of_unknown_workers() == 1
    assert (status(row), status(other)) == ("READY", "RUNNING")
