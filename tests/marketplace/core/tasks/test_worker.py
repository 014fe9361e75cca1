"""The worker's loop: what it takes, when it rests, how it ends."""

import contextlib
import threading

import pytest
from django.core.management import get_commands
from django.db import OperationalError
from django_tasks_db.models import DBTaskResult

from marketplace.core.models import TaskWorker
from marketplace.core.tasks import retrying_task
from marketplace.core.tasks import worker as module
from tests.tasks import make_worker

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]

done = []


@retrying_task()
def work(number):
    done.append((number, TaskWorker.objects.count()))


class NoLock(contextlib.AbstractContextManager):
    """The heartbeat of a worker that has lost its lock and not got it again."""

    holds = False

    def __init__(self, worker_id):
        pass

    def __exit__(self, *_error):
        pass

    def check(self):
        pass


@pytest.fixture(autouse=True)
def _nothing_done():
    done.clear()


def statuses(made=work) -> list[str]:
    return list(DBTaskResult.objects.filter(task_path=made.module_path).values_list("status", flat=True))


def test_the_command_db_worker_is_ours():
    assert get_commands()["db_worker"] == "marketplace.core"


def test_a_batch_runs_all_that_is_due_under_a_row_of_its_own_and_leaves_none():
    for number in range(3):
        work.enqueue(number)

    make_worker().run()

    assert done == [(0, 1), (1, 1), (2, 1)]
    assert TaskWorker.objects.count() == 0


def test_it_keeps_the_schedule():
    make_worker().run()

    assert DBTaskResult.objects.filter(task_path="marketplace.core.housekeeping.prune_tasks").count() == 1


def test_it_gives_back_what_one_before_it_has_left_under_its_id():
    work.enqueue(1)
    DBTaskResult.objects.get().claim("tests")

    make_worker().run()

    assert statuses() == ["SUCCESSFUL"]


def test_it_takes_only_from_its_queues():
    work.enqueue(1)
    DBTaskResult.objects.update(queue_name="other")
    worker = make_worker()
    worker.process_all_queues, worker.queue_names = False, ["default"]

    worker.run()

    assert statuses() == ["READY"]


def test_it_begins_nothing_while_it_does_not_hold_its_lock(monkeypatch):
    work.enqueue(1)
    worker = make_worker()
    rests = []

    def rest(seconds):
        rests.append((seconds, statuses()))
        worker.running = len(rests) < 3

    monkeypatch.setattr(worker, "_pause", rest)
    monkeypatch.setattr(module, "Heartbeat", NoLock)

    worker.run()

    assert rests == [(1, ["READY"])] * 3


def test_it_waits_for_a_database_that_does_not_answer(monkeypatch):
    work.enqueue(1)
    worker = make_worker()
    worker.batch, worker.max_tasks = False, 1
    claim, failures = worker._claim, iter([OperationalError("the server went away")])

    def claim_later():
        for failure in failures:
            raise failure
        return claim()

    monkeypatch.setattr(worker, "_claim", claim_later)
    monkeypatch.setattr(module, "DATABASE_AWAY_SECONDS", 0)

    worker.run()

    assert statuses() == ["SUCCESSFUL"]


def test_told_to_stop_it_ends_after_the_task_at_hand():
    worker = make_worker()
    worker.batch = False
    threading.Timer(0.5, worker.shutdown, args=[15, None]).start()

    worker.run()

    assert not worker.running
