"""The test database: migrated once, with the regions loaded, and given back unchanged after every test.

Migrating takes far longer than most test modules. On SQLite the migrated database is therefore kept as a
file under var/cache/, named by a fingerprint of everything it was made from, and copied for each run; where
only migrations have come since, it is made from the nearest one that is kept. On PostgreSQL a dump is kept in
the same way. Tests that commit (`transaction=True`, the browser's) get it back from the same copy, on
PostgreSQL from a template database, instead of Django's flush, which would leave it without the regions and
Wagtail's root page.
"""

import fcntl
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

from tests.services.components import POSTGRES

# More than one: runs on other states of the tree may be under way.
TEMPLATES_KEPT = 5


@contextmanager
def prepared_database() -> Iterator["SqliteDatabase | PostgresDatabase"]:
    """The default connection on a fresh test database."""
    database = PostgresDatabase() if connection.vendor == "postgresql" else SqliteDatabase()
    database.create()
    try:
        yield database
    finally:
        connections.close_all()
        database.drop()


class SqliteDatabase:
    def __init__(self):
        self.file = Path(connection.settings_dict["TEST"]["NAME"])
        self.sources = _sources()
        self.template = _cache() / f"test-database-{_digest(self.sources)}.sqlite3"

    def create(self) -> None:
        self.template.parent.mkdir(parents=True, exist_ok=True)
        with self.template.with_name("test-database.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self.template.exists():
                self._make_template()
        self.file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(self.template, self.file)
        _connect_to(str(self.file))

    def _make_template(self) -> None:
        folder = self.template.parent
        # The lock is ours: what is unfinished now was left by a run that was killed.
        unwanted = list(folder.glob("test-database-*.unfinished*"))
        unwanted += sorted(folder.glob("test-database-*.sqlite3"), key=_age)[TEMPLATES_KEPT - 1 :]
        for file in unwanted:
            file.unlink()
            _list_of_sources(file).unlink(missing_ok=True)
        unfinished = self.template.with_suffix(".unfinished")
        if nearest := self._nearest_template():
            shutil.copyfile(nearest, unfinished)
        _connect_to(str(unfinished))
        _fill()
        connections.close_all()
        with closing(sqlite3.connect(unfinished)) as database:
            database.execute("PRAGMA journal_mode=DELETE")
        _list_of_sources(self.template).write_text(json.dumps(self.sources))
        unfinished.rename(self.template)

    def _nearest_template(self) -> Path | None:
        """The kept database that lacks the fewest migrations and differs in nothing else."""
        missing = {}
        for file in self.template.parent.glob("test-database-*.sqlite3"):
            if not _list_of_sources(file).exists():
                continue
            made_from = json.loads(_list_of_sources(file).read_text())
            added = self.sources.keys() - made_from.keys()
            if made_from.items() <= self.sources.items() and all("/migrations/" in name for name in added):
                missing[file] = len(added)
        return min(missing, key=missing.get, default=None)

    def restore(self) -> None:
        """Put the template's content back, under the connections that other threads still hold."""
        connection.close()
        with (
            closing(sqlite3.connect(self.template)) as template,
            closing(sqlite3.connect(self.file, timeout=30)) as database,
        ):
            template.backup(database)

    def drop(self) -> None:
        for file in self.file.parent.glob(self.file.name + "*"):
            file.unlink()


class PostgresDatabase:
    def __init__(self):
        self.name = f"test_{connection.settings_dict['NAME']}"
        self.template = f"{self.name}_template"
        self.dump = _cache() / f"test-postgres-{_digest(_sources())}.dump"

    def create(self) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
        self._run(f'DROP DATABASE IF EXISTS "{self.template}" WITH (FORCE)')
        self._run(f'CREATE DATABASE "{self.template}"')
        _connect_to(self.template)
        if not (self.dump.exists() and self._read_dump()):
            _fill()
            self._keep_dump()
        self._copy_template()

    def _read_dump(self) -> bool:
        return self._ran(
            "pg_restore", "--single-transaction", "--no-owner", f"--dbname={self.template}", self.dump
        )

    def _keep_dump(self) -> None:
        """Keep the filled template for the next run, where the server's own programs are at hand."""
        self.dump.parent.mkdir(parents=True, exist_ok=True)
        for file in sorted(self.dump.parent.glob("test-postgres-*"), key=_age)[TEMPLATES_KEPT - 1 :]:
            file.unlink(missing_ok=True)
        # A name of its own: other runs may be at the same.
        unfinished = self.dump.with_suffix(f".{os.getpid()}")
        if self._ran("pg_dump", "--format=custom", f"--file={unfinished}", self.template):
            unfinished.rename(self.dump)

    def _ran(self, program: str, *arguments: str | Path) -> bool:
        """Whether this program is there, of the server's version, and did its work."""
        programs, server = POSTGRES.find(), connection.settings_dict
        if programs is None:
            return False
        names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
        variables = {name: str(server[key]) for name, key in names.items()}
        command = [programs / program, *arguments]
        return subprocess.run(command, env=os.environ | variables).returncode == 0

    def restore(self) -> None:
        """Put the template's content back; whoever is still connected is thrown out."""
        self._run(f'DROP DATABASE "{self.name}" WITH (FORCE)')
        self._copy_template()

    def drop(self) -> None:
        self._run(f'DROP DATABASE "{self.name}" WITH (FORCE)')
        self._run(f'DROP DATABASE "{self.template}" WITH (FORCE)')

    def _copy_template(self) -> None:
        self._run(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.template}" STRATEGY FILE_COPY')
        _connect_to(self.name)

    def _run(self, statement: str) -> None:
        connections.close_all()
        with connection._nodb_cursor() as cursor:
            cursor.execute(statement)


def _cache() -> Path:
    return settings.BASE_DIR / "var" / "cache"


def _digest(sources: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps(sources).encode()).hexdigest()[:16]


def _age(file: Path) -> float:
    return -file.stat().st_mtime


def _connect_to(name: str) -> None:
    connections.close_all()
    connection.settings_dict["NAME"] = name
    settings.DATABASES["default"]["NAME"] = name


def _fill() -> None:
    call_command("migrate", verbosity=0, interactive=False)
    call_command("load_regions", verbosity=0)


def _list_of_sources(template: Path) -> Path:
    return template.with_suffix(".json")


def _sources() -> dict[str, str]:
    """What the filled database depends on, with digests: migrations, regions, set-up, triggers, packages."""
    root = settings.BASE_DIR
    own = [
        Path(app.path)
        for app in apps.get_app_configs()
        if Path(app.path).parent in (root, root / "marketplace")
    ]
    files = {
        file for app in own for pattern in ("migrations/*.py", "**/apps.py") for file in app.glob(pattern)
    }
    files |= {
        file for file in (root / "marketplace" / "regions").rglob("*") if "__pycache__" not in file.parts
    }
    core = root / "marketplace" / "core"
    files |= {
        core / "text.py",
        core / "triggers.py",
        root / "producers" / "shown.py",
        root / "search" / "triggers.py",
        root / "requirements.txt",
    }
    made_with = repr([sys.version, settings.INSTALLED_APPS, settings.LANGUAGE_CODE])
    return {"made with": made_with} | {
        str(file.relative_to(root)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(file for file in files if file.is_file())
    }
