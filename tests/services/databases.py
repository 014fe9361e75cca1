"""The test database: migrated once, with the regions loaded, and given back unchanged after every test.

Migrating takes far longer than most test modules. On SQLite the migrated database is therefore kept as a
file under var/cache/, named by a fingerprint of everything it was made from, and copied for each run. Tests
that commit (`transaction=True`, the browser's) get it back from the same copy, on PostgreSQL from a template
database, instead of Django's flush, which would leave it without the regions and Wagtail's root page.
"""

import fcntl
import hashlib
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

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
        self.template = settings.BASE_DIR / "var" / "cache" / f"test-database-{_fingerprint()}.sqlite3"

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
        unfinished = self.template.with_suffix(".unfinished")
        _connect_to(str(unfinished))
        _fill()
        connections.close_all()
        with closing(sqlite3.connect(unfinished)) as database:
            database.execute("PRAGMA journal_mode=DELETE")
        unfinished.rename(self.template)

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

    def create(self) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
        self._run(f'DROP DATABASE IF EXISTS "{self.template}" WITH (FORCE)')
        self._run(f'CREATE DATABASE "{self.template}"')
        _connect_to(self.template)
        _fill()
        self._copy_template()

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


def _age(file: Path) -> float:
    return -file.stat().st_mtime


def _connect_to(name: str) -> None:
    connections.close_all()
    connection.settings_dict["NAME"] = name
    settings.DATABASES["default"]["NAME"] = name


def _fill() -> None:
    call_command("migrate", verbosity=0, interactive=False)
    call_command("load_regions", verbosity=0)


def _fingerprint() -> str:
    """Changes with what the filled database depends on: migrations, regions, set-up, triggers, packages."""
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
        root / "search" / "triggers.py",
        root / "requirements.txt",
    }
    digest = hashlib.sha256(sys.version.encode())
    digest.update(repr([settings.INSTALLED_APPS, settings.LANGUAGE_CODE]).encode())
    for file in sorted(file for file in files if file.is_file()):
        digest.update(str(file.relative_to(root)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
