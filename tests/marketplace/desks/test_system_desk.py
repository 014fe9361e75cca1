"""The administrators' page of tasks: who may, what stands there, trying again."""

import datetime

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from django_tasks_db.models import DBTaskResult

from marketplace.core import clock
from marketplace.core.models import Activity, TaskSchedule, TaskWorker, User
from marketplace.core.roles import Role
from marketplace.core.tasks import retrying_task, schedule
from marketplace.desks.system import queue
from tests.factories.catalog import make_user
from tests.tasks import run_tasks

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


class LetterboxFull(Exception):
    pass


@retrying_task(attempts=1, title="Post a letter")
def post_letter(*_words):
    raise LetterboxFull("no room <here>")


@retrying_task(attempts=2)
def fold_paper(number):
    if number < 0:
        raise ValueError(number)


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


@pytest.fixture
def administrator(client) -> User:
    person = make_user()
    person.groups.add(Group.objects.get_or_create(name=Role.ADMINISTRATOR)[0])
    client.force_login(person)
    return person


def page(**query) -> str:
    return reverse("system_desk:tasks", query=query)


def failed(number: int = 1) -> list[DBTaskResult]:
    for position in range(number):
        post_letter.enqueue(position, "Chè")
    run_tasks(expect_failures=True)
    return list(DBTaskResult.objects.failed())


def retry(client, row, **more):
    return client.post(reverse("system_desk:retry", args=[row.pk]), more)


def told(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def titles(response) -> list[str]:
    return [row.title for row in response.context["rows"]]


# --- who may
@pytest.mark.parametrize("role", [None, Role.EDITOR, Role.CHIEF_EDITOR, Role.OFFICE])
def test_for_all_but_administrators_the_desk_does_not_exist_and_nothing_moves(client, role):
    [row] = failed()
    person = make_user()
    if role:
        person.groups.add(Group.objects.get_or_create(name=role)[0])
    client.force_login(person)

    assert client.get(page()).status_code == 404
    assert retry(client, row).status_code == 404
    assert client.post(reverse("system_desk:retry-all"), {"task": row.task_path}).status_code == 404
    row.refresh_from_db()
    assert (row.status, Activity.objects.count()) == ("FAILED", 0)


def test_anonymous_visitors_are_asked_to_log_in_and_move_nothing(client):
    [row] = failed()

    login = f"{reverse('customer:login')}?next=/en/he-thong/tac-vu/"
    assert client.get(page(state="done")).url == f"{login}%3Fstate%3Ddone"
    assert retry(client, row).url == login
    row.refresh_from_db()
    assert row.status == "FAILED"


def test_a_form_without_its_token_is_refused(administrator):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(administrator)
    [row] = failed()

    assert retry(strict, row).status_code == 403
    row.refresh_from_db()
    assert row.status == "FAILED"


def test_administrators_find_the_page_from_their_account_and_others_do_not(client, administrator):
    assert page() in client.get(reverse("customer:summary")).text
    client.force_login(make_user())
    assert page() not in client.get(reverse("customer:summary")).text


# --- what stands there
def test_a_failed_task_tells_what_it_is_and_why(client, administrator):
    failed()

    response = client.get(page())

    [row] = response.context["rows"]
    assert (row.title, row.arguments, row.attempt) == ("Post a letter", '0, "Chè"', 1)
    assert row.error == "LetterboxFull: no room <here>"
    assert ">LetterboxFull: no room &lt;here&gt;</span>" in response.text
    assert "Traceback (most recent call last)" in response.text


def test_each_state_has_its_list_and_count(client, administrator):
    failed()
    fold_paper.enqueue(1)
    run_tasks()
    fold_paper.enqueue(2)
    DBTaskResult.objects.ready().get().claim("w1")
    fold_paper.enqueue(-1)
    run_tasks(expect_failures=True)

    shown = {tab.code: titles(client.get(page(state=tab.code))) for tab in queue.TABS}
    counts = {tab.code: count for tab, count in client.get(page()).context["tabs"]}

    assert shown == {
        "failed": ["Post a letter"],
        "waiting": ["Fold paper"],
        "running": ["Fold paper"],
        "done": ["Fold paper"],
    }
    assert counts == {"failed": 1, "waiting": 1, "running": 1, "done": 1}
    waits = client.get(page(state="waiting")).context["rows"][0]
    assert (waits.due_at, waits.attempt) == (clock.now() + datetime.timedelta(seconds=30), 1)


@pytest.mark.parametrize(("is_known", "words"), [(True, "máy-1:42"), (False, "w1")])
def test_a_running_task_names_its_worker_and_says_that_it_is_dead(client, administrator, is_known, words):
    if is_known:
        long_ago = clock.now() - datetime.timedelta(hours=1)
        TaskWorker.objects.create(
            worker_id="w1", host="máy-1", process=42, started_at=long_ago, seen_at=long_ago
        )
    fold_paper.enqueue(2)
    DBTaskResult.objects.ready().get().claim("w1")

    response = client.get(page(state="running"))

    assert f">{words}</p>" in response.text
    assert "worker dead" in response.text
    assert "worker alive" not in response.text


def test_the_list_is_narrowed_to_one_kind_with_its_counts(client, administrator):
    failed(2)
    fold_paper.enqueue(1)

    response = client.get(page(task=fold_paper.module_path, state="failed"))

    assert titles(response) == []
    assert {tab.code: count for tab, count in response.context["tabs"]} == {
        "failed": 0,
        "waiting": 1,
        "running": 0,
        "done": 0,
    }
    assert titles(client.get(page(task="nowhere"))) == ["Post a letter"] * 2


def test_the_age_of_the_oldest_due_task_is_told(client, administrator, frozen):
    assert "Nothing due is waiting." in client.get(page()).text
    fold_paper.enqueue(1)
    frozen.shift(180)
    fold_paper.enqueue(2)

    assert "The oldest due task has waited 3\u00a0minutes." in client.get(page()).text


def test_recurring_tasks_stand_with_their_last_and_next_run(client, administrator, frozen):
    schedule.enqueue_due()
    run_tasks()
    last = clock.now()
    frozen.shift(3600)

    rows = {row.path.rsplit(".", 1)[1]: row for row in client.get(page()).context["recurring"]}

    pruning = rows["prune_tasks"]
    assert (pruning.title, pruning.every) == ("Remove tasks that were finished long ago", "every day")
    assert (pruning.last_at, pruning.due_at) == (last, last + datetime.timedelta(days=1))
    assert pruning.last.status == "SUCCESSFUL"


@pytest.mark.parametrize(
    ("period", "words"),
    [
        ({"days": 1}, "every day"),
        ({"days": 7}, "every 7 days"),
        ({"hours": 1}, "every hour"),
        ({"minutes": 90}, "every 90 minutes"),
        ({"seconds": 1}, "every second"),
    ],
)
def test_periods_in_words(period, words):
    assert queue.in_words(datetime.timedelta(**period)) == words


def test_long_lists_come_in_pages(client, administrator):
    failed(21)

    assert len(client.get(page()).context["rows"]) == 20
    assert len(client.get(page(page=2)).context["rows"]) == 1


def test_the_page_is_there_in_vietnamese(client, administrator):
    with override("vi"):
        response = client.get(page())

    assert response.request["PATH_INFO"] == "/he-thong/tac-vu/"
    assert response.status_code == 200


@pytest.mark.parametrize("state", [tab.code for tab in queue.TABS])
def test_the_number_of_queries_does_not_grow(client, administrator, state):
    schedule.enqueue_due()
    TaskSchedule.objects.update(due_at=clock.now() + datetime.timedelta(days=1))
    DBTaskResult.objects.all().delete()
    tab = queue.tab_of(state)
    spent = []
    for number in (1, 29):
        for position in range(number):
            fold_paper.enqueue(position)
            DBTaskResult.objects.ready().first().claim(f"w{number}-{position}")
            TaskWorker.objects.create(
                worker_id=f"w{number}-{position}",
                host="here",
                process=position,
                started_at=clock.now(),
                seen_at=clock.now(),
            )
        DBTaskResult.objects.update(status=tab.status, finished_at=clock.now(), traceback="Error: x")
        client.get(page(state=state))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(client.get(page(state=state)).context["rows"]) == min(number + (number > 1), 20)
        spent.append(len(queries))

    assert spent[0] == spent[1]


# --- trying again
def test_one_task_is_tried_again_from_its_list(client, administrator):
    row, other = failed(2)

    response = retry(client, row, back=page(state="failed", page=1))

    assert response.url == page(state="failed", page=1)
    assert told(client.get(page())) == ["“Post a letter” is being tried again."]
    assert set(DBTaskResult.objects.values_list("pk", "status")) == {(row.pk, "READY"), (other.pk, "FAILED")}
    line = Activity.objects.get()
    assert (line.act, line.actor, line.details) == ("task.retried", administrator, {"task": row.task_path})


def test_a_second_click_is_told_and_changes_nothing(client, administrator):
    [row] = failed()
    retry(client, row)
    client.get(page())

    retry(client, row)

    assert told(client.get(page())) == ["This task has not failed, or is being tried again already."]
    assert Activity.objects.count() == 1


def test_all_of_a_kind_are_tried_again(client, administrator):
    failed(3)

    client.post(reverse("system_desk:retry-all"), {"task": post_letter.module_path})

    assert told(client.get(page())) == ["“Post a letter”: 3 tasks are being tried again."]
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {"READY"}
    assert Activity.objects.count() == 3


@pytest.mark.parametrize(
    "away", ["https://evil.example/he-thong/tac-vu/", "//evil.example", "/ban-hang/", ""]
)
def test_the_way_back_stays_on_the_desk(client, administrator, away):
    [row] = failed()

    assert retry(client, row, back=away).url == page()
