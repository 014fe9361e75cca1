"""Tasks that are tried again: when, how often, and what is left of a failure."""

import datetime

import pytest
from django_tasks_db.models import DBTaskResult

from marketplace.core.tasks import retrying_task
from tests.tasks import run_tasks

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

calls = []


class MailServerAway(Exception):
    pass


@retrying_task(attempts=3, first_wait=datetime.timedelta(seconds=30))
def always_fails(number):
    calls.append(number)
    raise MailServerAway


@retrying_task()
def works(number):
    calls.append(number)
    return number


@pytest.fixture(autouse=True)
def _no_calls():
    calls.clear()


def rows() -> list[tuple[str, dict]]:
    found = DBTaskResult.objects.order_by("enqueued_at", "status")
    return [(row.status, row.args_kwargs["kwargs"]) for row in found]


def test_a_task_that_works_runs_once():
    works.enqueue(7)

    assert run_tasks() == 1
    assert calls == [7]
    assert rows() == [("SUCCESSFUL", {})]


def test_a_failure_is_tried_again_after_waits_that_double(frozen):
    always_fails.enqueue(7)

    assert run_tasks(expect_failures=True) == 1
    assert rows() == [("FAILED", {}), ("READY", {"attempt_number": 2})]
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
    assert [status for status, _kwargs in rows()] == ["FAILED"] * 3


def test_each_failed_attempt_keeps_its_traceback():
    always_fails.enqueue(7)
    run_tasks(expect_failures=True)

    failed = DBTaskResult.objects.get(status="FAILED")

    assert failed.exception_class_path.endswith("MailServerAway")
    assert "always_fails" in failed.traceback
