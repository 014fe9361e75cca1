"""The triggers that note changes for the index, while tables are rebuilt."""

import pytest
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import connection
from django.db.migrations import Migration

from search.models import PendingChange
from search.triggers import PREFIX
from tests.factories.catalog import make_product

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def names() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.sqlite
def test_they_are_away_while_migrations_rebuild_tables_and_come_back():
    before = names()
    signal = {"verbosity": 0, "interactive": False, "db": "default"}

    emit_pre_migrate_signal(**signal, plan=[(Migration("0099_rebuilds", "partner"), False)])

    assert not [name for name in names() if name.startswith(PREFIX)]
    noted = PendingChange.objects.count()
    make_product()
    assert PendingChange.objects.count() == noted
    emit_post_migrate_signal(**signal, plan=[])
    assert names() == before
    make_product()
    assert PendingChange.objects.count() > noted


@pytest.mark.sqlite
def test_they_stay_where_no_migration_is_due():
    before = names()

    emit_pre_migrate_signal(verbosity=0, interactive=False, db="default", plan=[])

    assert before == names()
