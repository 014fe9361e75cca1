"""Triggers by which the database itself counts changes of what everybody may see.

Signals miss bulk writes, `update()` and whatever is written past Django; triggers miss nothing. An app names
its tables in its config: ``public_models = ("catalogue.Product", ...)``. They are set up after every
`migrate`, because SQLite drops a table's triggers when a migration rebuilds the table.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper

from marketplace.core.models import PublicChange

FUNCTION = "note_public_change"


def install(connection: BaseDatabaseWrapper) -> None:
    """Set up what is missing; running it again changes nothing."""
    counted = PublicChange._meta.db_table
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        if counted not in existing:
            return
        statements = _postgres if connection.vendor == "postgresql" else _sqlite
        for statement in statements(counted, [table for table in public_tables() if table in existing]):
            cursor.execute(statement)


def public_tables() -> list[str]:
    """The tables that public pages are made from."""
    labels = [label for config in apps.get_app_configs() for label in getattr(config, "public_models", ())]
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
