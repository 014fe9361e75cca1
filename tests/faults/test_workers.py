"""Workers that are killed, stopped and ended: no task is lost, and none takes effect twice."""

import random
import signal
import time
from collections import Counter

import pytest
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from marketplace.core.models import Activity, TaskWorker
from marketplace.core.tasks.outcomes import DIED
from marketplace.notifications.models import SentMessage
from tests.factories.catalog import make_seller
from tests.faults import effects
from tests.faults.processes import chance, rounds, wait_until
from tests.marketplace.sales.cases import buy, make_product

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

WORKER = ("db_worker", "--interval", "0.05", "--no-startup-delay", "--verbosity", "0")
TASKS_A_ROUND = 40
LONGEST_LIFE = 0.5


class Undo(Exception):
    pass


def start_worker(started, **more):
    """A worker that has shown its first sign of life."""
    worker = started.start(*WORKER, **more)

    def lives():
        worker.assert_running()
        return TaskWorker.objects.filter(process=worker.pid).exists()

    wait_until(lives, "the worker's first sign of life")
    return worker


def unfinished() -> int:
    return DBTaskResult.objects.filter(status__in=["READY", "RUNNING"]).count()


def effects_of(act: str) -> Counter:
    return Counter(Activity.objects.filter(act=act).values_list("subject_id", flat=True))


def enqueue_some(numbers: range, lot: random.Random) -> set[str]:
    """Both kinds for each number, in transactions of which some are undone; gives the numbers that stay."""
    committed = set()
    for number in numbers:
        try:
            with transaction.atomic():
                effects.add.enqueue(number)
                effects.ensure.enqueue(number)
                if lot.random() < 0.25:
                    raise Undo
        except Undo:
            continue
        committed.add(str(number))
    return committed


def test_workers_that_are_killed_lose_no_task_and_do_none_twice(started):
    lot = chance()
    committed = set()
    survivor, victim = start_worker(started), start_worker(started)
    for turn in range(rounds()):
        first = turn * TASKS_A_ROUND
        committed |= enqueue_some(range(first, first + TASKS_A_ROUND // 2), lot)
        time.sleep(lot.uniform(0, LONGEST_LIFE))
        victim.kill()
        survivor, victim = start_worker(started), survivor
    wait_until(lambda: unfinished() == 0, "all tasks are done")

    once = dict.fromkeys(committed, 1)
    assert effects_of("fault.added") == once
    assert effects_of("fault.ensured") == once
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {"SUCCESSFUL"}
    # On PostgreSQL a worker counts as dead only after some seconds of silence.
    wait_until(lambda: TaskWorker.objects.count() == 2, "the dead are struck off")
    if rounds() >= 10:
        # Some were hit in the middle, else nothing was tried.
        assert DBTaskResult.objects.filter(worker_ids__icontains=DIED).exists()
    assert [survivor.stop(), victim.stop()] == [0, 0]
    assert TaskWorker.objects.count() == 0


def test_all_workers_killed_at_once_leave_their_tasks_to_the_next(started):
    lot = chance()
    committed = set()
    for turn in range(max(1, rounds() // 4)):
        workers = [start_worker(started) for _worker in range(2)]
        first = turn * TASKS_A_ROUND
        committed |= enqueue_some(range(first, first + TASKS_A_ROUND // 2), lot)
        time.sleep(lot.uniform(0, LONGEST_LIFE))
        for worker in workers:
            worker.kill()
    start_worker(started)
    wait_until(lambda: unfinished() == 0, "all tasks are done")

    assert effects_of("fault.added") == dict.fromkeys(committed, 1)
    assert effects_of("fault.ensured") == dict.fromkeys(committed, 1)


def test_mails_of_killed_workers_go_out_and_a_second_copy_is_known_by_its_id(started, tmp_path):
    """At least once: who is killed while the mail server answers cannot know whether it took the mail."""
    lot = chance()
    sellers = [make_seller(delivery_charge=0) for _seller in range(4)]
    orders, kills = [], max(1, rounds() // 2)
    # The folder of mails is that of the worker's data; the database is the test's.
    place = {"OCOP_DATA_DIR": str(tmp_path)}
    worker = start_worker(started, env=place)
    for _turn in range(kills):
        orders += [buy(make_product(seller))[0].order_id for seller in sellers]
        time.sleep(lot.uniform(0, LONGEST_LIFE))
        worker.kill()
        worker = start_worker(started, env=place)
    wait_until(lambda: unfinished() == 0, "all tasks are done")

    copies = Counter(
        line
        for file in (tmp_path / "mails").iterdir()
        for line in file.read_text().splitlines()
        if line.startswith("Message-ID: ")
    )
    keys = {f"order received:{order_id}" for order_id in orders}
    assert set(SentMessage.objects.exclude(sent_at=None).values_list("key", flat=True)) == keys
    assert len(copies) == len(orders)
    assert sum(copies.values()) <= len(orders) + kills


def test_a_worker_that_stands_still_is_not_taken_for_dead(started):
    slow = start_worker(started)
    effects.take.enqueue(1)
    wait_until(lambda: effects_of("fault.begun"), "the task is begun")
    slow.send(signal.SIGSTOP)
    other = start_worker(started)
    TaskWorker.objects.filter(process=slow.pid).update(seen_at="2026-01-01T00:00:00Z")
    time.sleep(5)

    assert DBTaskResult.objects.get(task_path=effects.take.module_path).status == "RUNNING"
    slow.send(signal.SIGCONT)
    wait_until(lambda: unfinished() == 0, "the task is done")
    assert (effects_of("fault.begun"), effects_of("fault.taken")) == ({"take": 1}, {"take": 1})
    assert [slow.stop(), other.stop()] == [0, 0]


def test_a_worker_that_is_told_to_end_finishes_its_task(started):
    worker = start_worker(started)
    effects.take.enqueue(1)
    effects.take.enqueue(1)
    wait_until(lambda: effects_of("fault.begun"), "the first task is begun")

    assert worker.stop() == 0

    assert effects_of("fault.taken") == {"take": 1}
    mine = DBTaskResult.objects.filter(task_path=effects.take.module_path)
    assert sorted(mine.values_list("status", flat=True)) == ["READY", "SUCCESSFUL"]
    assert TaskWorker.objects.count() == 0


def test_a_worker_that_is_told_twice_gives_its_task_back(started):
    worker = start_worker(started)
    effects.take.enqueue(30)
    wait_until(lambda: effects_of("fault.begun"), "the task is begun")
    worker.send(signal.SIGTERM)
    time.sleep(0.5)

    assert worker.stop() == 1

    row = DBTaskResult.objects.get(task_path=effects.take.module_path)
    assert (row.status, row.worker_ids) == ("READY", [])
