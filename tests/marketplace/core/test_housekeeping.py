"""What piles up is removed, and nothing else."""

import datetime

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django_tasks_db.models import DBTaskResult

from marketplace.core import clock, housekeeping
from marketplace.core.models import PublicChange

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def finished(status: str, days_ago: int | None) -> DBTaskResult:
    row = housekeeping.clear_sessions.enqueue().db_result
    at = None if days_ago is None else clock.now() - datetime.timedelta(days=days_ago)
    DBTaskResult.objects.filter(pk=row.pk).update(status=status, finished_at=at)
    return row


def test_old_finished_tasks_go_and_the_others_stay(monkeypatch):
    monkeypatch.setattr(housekeeping, "BATCH", 2)
    kept = {
        finished("SUCCESSFUL", 6).pk,
        finished("FAILED", 59).pk,
        finished("READY", None).pk,
        finished("RUNNING", None).pk,
    }
    for _number in range(3):
        finished("SUCCESSFUL", 8)
    finished("FAILED", 61)

    assert housekeeping.prune_tasks.call() == 4

    assert set(DBTaskResult.objects.values_list("pk", flat=True)) == kept


def test_sessions_that_have_ended_go(frozen):
    for seconds in (60, 7200):
        session = SessionStore()
        session.set_expiry(seconds)
        session.save()
    frozen.shift(3600)

    housekeeping.clear_sessions.call()

    assert Session.objects.count() == 1


def test_changes_of_pages_are_summed_up():
    for _number in range(3):
        PublicChange.objects.note()
    version = PublicChange.objects.version()

    assert housekeeping.compact_public_changes.call() >= 3

    assert PublicChange.objects.count() == 1
    assert PublicChange.objects.version() == version
