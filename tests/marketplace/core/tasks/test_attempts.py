"""How a run of a task ends: done, tried again after a failure or a worker's death, failed."""

import datetime

import pytest
from django.db import transaction
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from marketplace.core import clock
from marketplace.core.activity import record
from marketplace.core.models import Activity
from marketplace.core.tasks import outcomes, retrying_task, running_task_id
from marketplace.core.tasks.declare import title_at
from tests.factories.catalog import make_user
from tests.tasks import make_worker, run_tasks

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

calls = []


class MailServerAway(Exception):
    pass


@retrying_task(attempts=3, first_wait=datetime.timedelta(seconds=30), title="Fails")
def always_fails(number):
    calls.append(number)
    raise MailServerAway


@retrying_task()
def works(number):
    calls.append(number)
    return number


@task()
def plain(number):
    calls.append(number)
    raise MailServerAway


@retrying_task(in_transaction=True)
def writes_and_is_taken_away(user_id):
    record("test.effect", make_user())
    DBTaskResult.objects.filter(status="RUNNING").update(started_at=clock.now() + datetime.timedelta(1))


@retrying_task(in_transaction=True)
def writes_and_fails():
    record("test.effect", make_user())
    raise MailServerAway


@retrying_task()
def tells_its_id():
    calls.append(running_task_id())
    if len(calls) == 1:
        raise MailServerAway


@pytest.fixture(autouse=True)
def _no_calls():
    calls.clear()


def begun(made, *args) -> DBTaskResult:
    """A task that a worker has claimed and not finished."""
    made.enqueue(*args)
    row = DBTaskResult.objects.ready().get()
    row.claim("a worker")
    return row


def the_row() -> DBTaskResult:
    return DBTaskResult.objects.get()


def test_a_task_that_works_runs_once():
    works.enqueue(7)

    assert run_tasks() == 1
    assert calls == [7]
    row = the_row()
    assert (row.status, row.return_value, row.finished_at) == ("SUCCESSFUL", 7, clock.now())


def test_a_failure_is_tried_again_after_waits_that_double(frozen):
    always_fails.enqueue(7)

    assert run_tasks(expect_failures=True) == 1
    assert the_row().status == "READY"
    frozen.shift(29)
    assert run_tasks(expect_failures=True) == 0
    frozen.shift(1)
    assert run_tasks(expect_failures=True) == 1
    frozen.shift(59)
    assert run_tasks(expect_failures=True) == 0
    frozen.shift(1)
    assert run_tasks(expect_failures=True) == 1
    frozen.shift(3600)
    assert run_tasks(expect_failures=True) == 0
    assert calls == [7, 7, 7]
    assert the_row().status == "FAILED"


def test_a_plain_task_is_not_tried_again():
    plain.enqueue(7)

    run_tasks(expect_failures=True)

    assert the_row().status == "FAILED"


@pytest.mark.parametrize(("attempts", "status"), [(1, "READY"), (3, "FAILED")])
def test_the_last_error_is_kept_while_it_waits_and_when_it_has_failed(frozen, attempts, status):
    always_fails.enqueue(7)
    for _attempt in range(attempts):
        run_tasks(expect_failures=True)
        frozen.shift(3600)

    row = the_row()

    assert row.status == status
    assert row.exception_class_path.endswith("MailServerAway")
    assert "always_fails" in row.traceback


def test_a_success_forgets_the_error_of_the_attempt_before(frozen):
    tells_its_id.enqueue()
    run_tasks(expect_failures=True)
    assert the_row().traceback

    frozen.shift(30)
    run_tasks()

    assert (the_row().status, the_row().traceback) == ("SUCCESSFUL", "")


def test_a_task_knows_its_id_which_is_the_same_in_each_attempt(frozen):
    tells_its_id.enqueue()
    run_tasks(expect_failures=True)
    frozen.shift(30)
    run_tasks()

    assert calls == [the_row().pk] * 2
    assert running_task_id() is None


def test_what_a_task_wrote_in_its_transaction_goes_with_its_failure():
    writes_and_fails.enqueue()

    run_tasks(expect_failures=True)

    assert Activity.objects.count() == 0
    assert the_row().exception_class_path.endswith("MailServerAway")


def test_a_run_that_was_taken_away_leaves_nothing_and_changes_nothing():
    """As if another worker had begun the task again while this one was still at it."""
    writes_and_is_taken_away.enqueue(1)

    with transaction.atomic():
        run_tasks_once()

    assert Activity.objects.count() == 0
    assert the_row().status == "RUNNING"


def run_tasks_once():
    row = DBTaskResult.objects.ready().get()
    row.claim("first")
    make_worker().run_task(row)


def test_an_end_that_comes_too_late_is_not_written(frozen):
    slow = begun(works, 7)
    assert outcomes.give_up_dead(DBTaskResult.objects.get())
    frozen.shift(10)
    second = DBTaskResult.objects.ready().get()
    second.claim("another worker")

    assert not outcomes.succeed(slow, 1)
    assert not outcomes.fail(slow, MailServerAway())
    assert not outcomes.give_up_dead(slow)
    assert the_row().status == "RUNNING"
    assert outcomes.succeed(second, 2)
    assert (the_row().status, the_row().return_value) == ("SUCCESSFUL", 2)


def test_a_task_whose_workers_die_runs_at_once_then_later_and_at_last_has_failed(frozen):
    begun(works, 7)
    waits = []
    for _death in range(4):
        row = the_row()
        assert outcomes.give_up_dead(row)
        waits.append((row.run_after - clock.now()).total_seconds())
        frozen.move_to(row.run_after)
        row.claim("next worker")

    assert outcomes.give_up_dead(the_row())

    assert waits == [0, 5, 10, 20]
    row = the_row()
    assert row.status == "FAILED"
    assert row.exception_class_path == "marketplace.core.tasks.outcomes.WorkerDied"
    assert "The worker ended while it ran this task, time 5 of 5 at most." in row.traceback


def test_a_death_does_not_count_as_an_attempt(frozen):
    for _death in range(2):
        row = begun(always_fails, 7) if not DBTaskResult.objects.exists() else the_row()
        if row.status == "READY":
            row.claim("next worker")
        outcomes.give_up_dead(row)
    for _attempt in range(3):
        frozen.shift(3600)
        assert run_tasks(expect_failures=True) == 1

    assert (calls, the_row().status) == ([7, 7, 7], "FAILED")


def test_a_run_that_is_handed_back_does_not_count(frozen):
    row = begun(works, 7)

    assert outcomes.hand_back(row)

    assert (the_row().status, the_row().worker_ids) == ("READY", [])
    assert run_tasks() == 1


def test_a_task_that_is_no_longer_there_fails_with_the_reason():
    works.enqueue(7)
    DBTaskResult.objects.update(task_path="marketplace.core.nowhere.gone")

    run_tasks(expect_failures=True)

    assert the_row().status == "FAILED"
    assert the_row().exception_class_path.endswith("ModuleNotFoundError")


def test_tasks_have_names_in_plain_words():
    assert title_at(always_fails.module_path) == "Fails"
    assert title_at(plain.module_path) == "Plain"
    assert title_at("nowhere.at_all") == "At all"
