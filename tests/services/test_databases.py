"""A test that commits leaves nothing behind and takes nothing away."""

import json
import threading

import pytest
from django.contrib.auth.models import Group
from django.contrib.sites.models import Site
from django.db import connection

from marketplace.regions.models import Region
from tests.services import databases
from tests.services.databases import PostgresDatabase, SqliteDatabase

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]


def content():
    return list(Group.objects.values_list("name", flat=True)), Site.objects.count(), Region.objects.count()


@pytest.fixture(scope="module")
def seen():
    return []


@pytest.mark.parametrize("turn", [1, 2])
def test_the_next_test_finds_the_same_database(turn, seen):
    seen.append(content())
    assert seen[0] == content()
    assert content()[2] > 10_000
    Group.objects.create(name=f"turn {turn}")
    Site.objects.all().delete()
    assert content() != seen[0]


def test_another_connection_sees_what_was_committed():
    Group.objects.create(name="committed")
    seen = []

    def look():
        seen.append(Group.objects.filter(name="committed").count())
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [1]


@pytest.mark.sqlite
def test_a_new_database_begins_with_the_nearest_kept_one(tmp_path):
    database = SqliteDatabase()
    database.template = tmp_path / "test-database-new.sqlite3"
    database.sources = {"core/text.py": "1", "a/migrations/0001.py": "1", "a/migrations/0002.py": "1"}
    for name, sources in {
        "far": {"core/text.py": "1"},
        "near": {"core/text.py": "1", "a/migrations/0001.py": "1"},
        "changed": {"core/text.py": "1", "a/migrations/0001.py": "2"},
        "other-set-up": {"a/migrations/0001.py": "1", "a/migrations/0002.py": "1"},
        "more": database.sources | {"a/migrations/0003.py": "1"},
    }.items():
        file = tmp_path / f"test-database-{name}.sqlite3"
        file.touch()
        file.with_suffix(".json").write_text(json.dumps(sources))
    assert database._nearest_template() == tmp_path / "test-database-near.sqlite3"


@pytest.mark.postgres
def test_a_dump_brings_the_same_database_back(tmp_path, monkeypatch):
    database = PostgresDatabase()
    database.name, database.template = "test_dumped", "test_dumped_template"
    database.dump = tmp_path / "test-postgres-new.dump"
    monkeypatch.setattr(databases, "_fill", _one_table)
    before = connection.settings_dict["NAME"]
    try:
        database.create()
        monkeypatch.setattr(databases, "_fill", lambda: pytest.fail("The dump was not read."))
        database.create()
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM kept")
            assert cursor.fetchall() == [("a row",)]
    finally:
        database.drop()
        databases._connect_to(before)


def _one_table():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kept AS SELECT 'a row' AS name")
