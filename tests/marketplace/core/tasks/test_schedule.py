"""Recurring tasks: once per period, however many workers look and however long none did."""

import datetime

import pytest
from django_tasks_db.models import DBTaskResult

from marketplace.core import clock
from marketplace.core.models import TaskSchedule
from marketplace.core.tasks import declare, recurring_task, schedule
from tests.concurrency.crowd import at_once
from tests.tasks import run_tasks, waiting

HOUR = datetime.timedelta(hours=1)

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("frozen", "hourly")]


@recurring_task(every=HOUR, title="Every hour")
def sweep():
    return "swept"


SWEEP = declare._recurring.pop(sweep.module_path)


@pytest.fixture
def hourly(monkeypatch):
    """The only recurring task of these tests."""
    declare.recurring_tasks()
    monkeypatch.setattr(declare, "_recurring", {SWEEP.path: SWEEP})


def due() -> list[str]:
    return [path.rsplit(".", 1)[1] for path in schedule.enqueue_due()]


@pytest.mark.django_db
def test_it_runs_at_first_sight_and_then_once_per_period(frozen):
    assert due() == ["sweep"]
    assert due() == []
    run_tasks()
    frozen.shift(3599)
    assert due() == []
    frozen.shift(1)
    assert due() == ["sweep"]
    assert waiting() == [("sweep", [])]


@pytest.mark.django_db
def test_periods_without_a_worker_are_made_up_for_once_and_the_rhythm_stays(frozen):
    begin = clock.now()
    due()
    run_tasks()

    frozen.shift(5 * 3600 + 600)

    assert due() == ["sweep"]
    assert TaskSchedule.objects.get().due_at == begin + 6 * HOUR
    run_tasks()
    assert due() == []


@pytest.mark.django_db
def test_a_run_that_is_not_over_takes_the_place_of_the_next(frozen):
    due()
    frozen.shift(3600)
    assert due() == []
    assert DBTaskResult.objects.count() == 1
    run_tasks()
    frozen.shift(3600)
    assert due() == ["sweep"]


@pytest.mark.django_db
def test_a_period_that_was_made_shorter_holds_at_once(monkeypatch, frozen):
    due()
    run_tasks()
    TaskSchedule.objects.update(due_at=clock.now() + 24 * HOUR)

    due()

    assert TaskSchedule.objects.get().due_at == clock.now() + HOUR


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_enqueue_it_once(frozen):
    assert sum(len(paths) for paths in at_once(8, lambda _position: schedule.enqueue_due())) == 1
    run_tasks()
    frozen.shift(3600)

    assert sum(len(paths) for paths in at_once(8, lambda _position: schedule.enqueue_due())) == 1
    assert waiting() == [("sweep", [])]


@pytest.mark.unit
def test_what_the_kernel_declares_is_found(monkeypatch):
    monkeypatch.undo()
    found = {recurring.path.rsplit(".", 1)[1] for recurring in declare.recurring_tasks()}
    assert {"prune_tasks", "clear_sessions"} <= found
