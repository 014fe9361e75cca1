"""Triggers by which the database itself counts changes of what everybody may see, and keeps histories.

Signals miss bulk writes, `update()` and whatever is written past Django; triggers miss nothing. An app names
its tables in its config: ``public_models = ("catalogue.Product", ...)`` are counted, rows of
``append_only_models`` are never changed. Where a table changes more often than what is shown of it,
``public_values`` gives SQL expressions over a row (``{row}``; ``{today}`` is the day in Hà Nội): an update
counts where one of them differs. They are set up after every `migrate`, because SQLite drops a table's
triggers when a migration rebuilds the table.

PostgreSQL refuses to delete a row of a history too. SQLite cannot: there Django empties tables by DELETE.
"""

from collections.abc import Iterator, Mapping

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper

from marketplace.core.models import PublicChange

FUNCTION = "note_public_change"
KEEP_FUNCTION = "refuse_to_change_history"
Values = Mapping[str, tuple[str, ...]]


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
        for statement in (_postgres if is_postgres else _sqlite)(counted, public, public_values()):
            cursor.execute(statement)
        for statement in (_kept_by_postgres if is_postgres else _kept_by_sqlite)(kept):
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper, prefixes: tuple[str, ...] = (FUNCTION, KEEP_FUNCTION)) -> None:
    """Take them away before migrations, on SQLite alone: it rebuilds tables, and reads the triggers of all.

    One that names a table which is just being rebuilt would end the migration.
    """
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in cursor.fetchall():
            if name.startswith(prefixes):
                cursor.execute(f'DROP TRIGGER "{name}"')


def public_tables() -> list[str]:
    """The tables that public pages are made from."""
    return _named("public_models")


def append_only_tables() -> list[str]:
    """The tables whose rows are a history."""
    return _named("append_only_models")


def public_values() -> Values:
    """By table what of its rows pages show, for those of which they do not show every change."""
    named = [getattr(config, "public_values", {}) for config in apps.get_app_configs()]
    return {apps.get_model(label)._meta.db_table: of[label] for of in named for label in of}


def _named(attribute: str) -> list[str]:
    labels = [label for config in apps.get_app_configs() for label in getattr(config, attribute, ())]
    return [apps.get_model(label)._meta.db_table for label in labels]


def _postgres(counted: str, tables: list[str], values: Values) -> Iterator[str]:
    yield (
        f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN INSERT INTO {counted} DEFAULT VALUES; RETURN NULL; END $$"
    )
    for table in tables:
        acts = "INSERT OR DELETE OR TRUNCATE" if table in values else "INSERT OR UPDATE OR DELETE OR TRUNCATE"
        yield (
            f'CREATE OR REPLACE TRIGGER {FUNCTION} AFTER {acts} ON "{table}" '
            f"FOR EACH STATEMENT EXECUTE FUNCTION {FUNCTION}()"
        )
        if table in values:
            yield from _postgres_values(counted, table, values[table])


def _postgres_values(counted: str, table: str, values: tuple[str, ...]) -> Iterator[str]:
    """Counts a statement that changes a value of any row."""
    today = "(now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date"
    name = f"{FUNCTION}_of_{table}"
    differs = _differs(values, "old_row", "new_row", "IS DISTINCT FROM", today)
    # Names and expressions of our own.
    changed = f"SELECT FROM old_rows old_row JOIN new_rows new_row USING (id) WHERE {differs}"
    yield (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF EXISTS ({changed}) THEN INSERT INTO {counted} DEFAULT VALUES; END IF; RETURN NULL; END $$"
    )
    yield (
        f'CREATE OR REPLACE TRIGGER {name} AFTER UPDATE ON "{table}" '
        f"REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
    )


def _sqlite(counted: str, tables: list[str], values: Values) -> Iterator[str]:
    yield f"INSERT INTO {counted} (amount) SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM {counted})"  # noqa: S608
    for table in tables:
        for act in ("INSERT", "UPDATE", "DELETE"):
            # Names of our own tables, which no parameter can stand for.
            count = f"UPDATE {counted} SET amount = amount + 1 WHERE id = (SELECT MIN(id) FROM {counted})"  # noqa: S608
            name = f"{FUNCTION}_{act.lower()}_{table}"
            differs = _differs(values.get(table, ()), "OLD", "NEW", "IS NOT", "date('now', '+7 hours')")
            when = f"WHEN {differs} " if act == "UPDATE" and differs else ""
            yield f'DROP TRIGGER IF EXISTS "{name}"'
            yield f'CREATE TRIGGER "{name}" AFTER {act} ON "{table}" {when}BEGIN {count}; END'


def _differs(values: tuple[str, ...], old: str, new: str, distinct: str, today: str) -> str:
    """The SQL condition for an update that counts."""
    pairs = ((value.format(row=old, today=today), value.format(row=new, today=today)) for value in values)
    return " OR ".join(f"{before} {distinct} {after}" for before, after in pairs)


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
