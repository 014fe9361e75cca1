"""Trying failed tasks again because an administrator says so."""

import uuid

import pytest
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from marketplace.core.exceptions import Refused
from marketplace.core.models import Activity
from marketplace.core.tasks import again
from tests.factories.catalog import make_user
from tests.tasks import run_tasks

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

ways = {"mended": False}


@task()
def breaks(number):
    if not ways["mended"]:
        raise ValueError(number)


@task()
def breaks_too():
    raise ValueError


@pytest.fixture
def failed() -> list[DBTaskResult]:
    for number in range(2):
        breaks.enqueue(number)
    breaks_too.enqueue()
    run_tasks(expect_failures=True)
    return list(DBTaskResult.objects.filter(task_path=breaks.module_path).order_by("enqueued_at"))


def statuses() -> list[str]:
    return sorted(DBTaskResult.objects.values_list("status", flat=True))


def test_one_is_tried_again_and_the_log_says_by_whom(failed, monkeypatch):
    person = make_user()
    monkeypatch.setitem(ways, "mended", True)
    again.retry(failed[0].pk, actor=person)

    assert run_tasks() == 1

    assert statuses() == ["FAILED", "FAILED", "SUCCESSFUL"]
    line = Activity.objects.get()
    assert (line.act, line.actor, line.subject_id) == ("task.retried", person, str(failed[0].pk))


def test_all_of_a_kind_are_tried_again_and_no_others(failed):
    assert again.retry_all(breaks.module_path, actor=make_user()) == 2

    assert statuses() == ["FAILED", "READY", "READY"]
    assert Activity.objects.filter(act="task.retried").count() == 2


@pytest.mark.parametrize("status", ["READY", "RUNNING", "SUCCESSFUL"])
def test_what_has_not_failed_is_refused(failed, status):
    DBTaskResult.objects.filter(pk=failed[0].pk).update(status=status)

    with pytest.raises(Refused):
        again.retry(failed[0].pk, actor=make_user())

    assert DBTaskResult.objects.get(pk=failed[0].pk).status == status
    assert Activity.objects.count() == 0


def test_a_task_that_is_not_there_is_refused():
    with pytest.raises(Refused):
        again.retry(uuid.uuid4(), actor=make_user())
