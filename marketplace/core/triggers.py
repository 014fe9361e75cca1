"""Triggers by which the database itself counts changes of what everybody may see, and keeps histories.

Signals miss bulk writes, `update()` and whatever is written past Django; triggers miss nothing. An app names
its tables in its config: ``public_models = ("catalogue.Product", ...)`` are counted, rows of
``append_only_models`` are never changed. They are set up after every `migrate`, because SQLite drops a
table's triggers when a migration rebuilds the table.

PostgreSQL refuses to delete a row of a history too. SQLite cannot: there Django empties tables by DELETE.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper

from marketplace.core.models import PublicChange

FUNCTION = "note_public_change"
KEEP_FUNCTION = "refuse_to_change_history"


def install(connection: BaseDatabaseWrapper) -> None:
    """Set up what is missing; running it again changes nothing."""
    counted = PublicChange._meta.db_table
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        if counted not in existing:
            return
        public = [table for table in public_tables() if table in existing]
        kept = [table for table in append_only_tables() if table in existing]
        is_postgres = connection.vendor == "postgresql"
        for statement in (_postgres if is_postgres else _sqlite)(counted, public):
            cursor.execute(statement)
        for statement in (_kept_by_postgres if is_postgres else _kept_by_sqlite)(kept):
            cursor.execute(statement)


def public_tables() -> list[str]:
    """The tables that public pages are made from."""
    return _named("public_models")


def append_only_tables() -> list[str]:
    """The tables whose rows are a history."""
    return _named("append_only_models")


def _named(attribute: str) -> list[str]:
    labels = [label for config in apps.get_app_configs() for label in getattr(config, attribute, ())]
    return [apps.get_model(label)._meta.db_table for label in labels]


def _postgres(counted: str, tables: list[str]) -> Iterator[str]:
    yield (
        f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN INSERT INTO {counted} DEFAULT VALUES; RETURN NULL; END $$"
    )
    for table in tables:
        yield (
            f'CREATE OR REPLACE TRIGGER {FUNCTION} AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "{table}" '
            f"FOR EACH STATEMENT EXECUTE FUNCTION {FUNCTION}()"
        )


def _sqlite(counted: str, tables: list[str]) -> Iterator[str]:
    yield f"INSERT INTO {counted} (amount) SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM {counted})"  # noqa: S608
    for table in tables:
        for act in ("INSERT", "UPDATE", "DELETE"):
            # Names of our own tables, which no parameter can stand for.
            count = f"UPDATE {counted} SET amount = amount + 1 WHERE id = (SELECT MIN(id) FROM {counted})"  # noqa: S608
            name = f"{FUNCTION}_{act.lower()}_{table}"
            yield f'CREATE TRIGGER IF NOT EXISTS "{name}" AFTER {act} ON "{table}" BEGIN {count}; END'


def _kept_by_postgres(tables: list[str]) -> Iterator[str]:
    yield (
        f"CREATE OR REPLACE FUNCTION {KEEP_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME "
        f"USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    for table in tables:
        yield (
            f'CREATE OR REPLACE TRIGGER {KEEP_FUNCTION} BEFORE UPDATE OR DELETE ON "{table}" '
            f"FOR EACH ROW EXECUTE FUNCTION {KEEP_FUNCTION}()"
        )


def _kept_by_sqlite(tables: list[str]) -> Iterator[str]:
    for table in tables:
        refuse = f"SELECT RAISE(ABORT, 'rows of {table} are never changed')"
        name = f"{KEEP_FUNCTION}_{table}"
        yield f'CREATE TRIGGER IF NOT EXISTS "{name}" BEFORE UPDATE ON "{table}" BEGIN {refuse}; END'
