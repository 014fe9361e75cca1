"""What the parts work with: prepared data that later runs find again, and the sites that serve them."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psutil
import psycopg

from tests.architecture.messages import PACKAGES, ROOT
from tests.bench.sites import Page, Site, run, serving
from tests.services.components import POSTGRES
from tests.services.postgres import running_postgres

HOME = ROOT / "var" / "bench"
HERE = Path(__file__).parent
PEER = HERE / "peer"
PEER_DATA = (PEER / "fill.py", PEER / "requirements.txt")
PLAIN = HERE / "plain"
WAGTAIL = HERE / "wagtail_peer"
SQLITE, POSTGRESQL = "sqlite", "postgres"

# Made anew when any of it changes: the tables, and with them the products.
TABLES = (
    "requirements.txt",
    "catalog/data",
    "cms/domain",
    "marketplace/regions",
    "marketplace/sampledata/data/pages",
    "tests/bench/settings.py",
)
PRODUCTS = (
    "catalog/domain",
    "producers/domain",
    "marketplace/core/text.py",
    "marketplace/sampledata",
    "search",
    "tests/bench/fill.py",
)
# And the articles, events and home page of the CMS.
CONTENT = (
    "cms/blocks",
    "cms/domain",
    "cms/models",
    "marketplace/events/models",
    "tests/bench/content.py",
    "tests/bench/growing.py",
    "tests/bench/writing.py",
)

# As somebody runs it who wants to keep the orders.
DURABLE = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "autovacuum": "on",
    "shared_buffers": "512MB",
    "random_page_cost": "1.1",
    "max_wal_size": "4GB",
}


WORKER = ("db_worker", "--interval", "0.2", "--no-startup-delay", "--verbosity", "0")


class Workshop:
    """Open it with `with`; what was started ends with it, what was prepared stays in HOME.

    `table` is a list in the importer's columns to take the products from instead of made-up ones;
    `content_size` are the numbers of articles and events, by default those that limits are set for.
    """

    def __init__(self, table: Path | None = None, home: Path = HOME, content_size: tuple[int, ...] = ()):
        self.table = table
        self.home = home
        self.content_size = content_size
        self._stack = ExitStack()
        self._folders: dict[str, Path] = {}

    def __enter__(self) -> "Workshop":
        self.home.mkdir(parents=True, exist_ok=True)
        folder = tempfile.TemporaryDirectory(prefix="run-", dir=self.home)
        self._running = Path(self._stack.enter_context(folder))
        return self

    def __exit__(self, *error) -> None:
        self._stack.close()

    # --- the sites
    @contextmanager
    def ours(
        self,
        database: str,
        size: int,
        *,
        name: str = "ours",
        page_cache: bool = True,
        content: bool = False,
    ) -> Iterator[Site]:
        """Ours with so many products, and with the articles and events of the CMS if asked for."""
        environment = self.environment(database, size, content=content)
        with serving(
            name,
            application="marketplace.wsgi:application",
            python=sys.executable,
            environment={**environment, "OCOP_PAGE_CACHE": "1" if page_cache else "0"},
            log=self._log(name),
            path="/healthz",
        ) as site:
            yield site

    @contextmanager
    def our_worker(self, database: str, size: int) -> Iterator[psutil.Process]:
        """The process that does what our orders leave to tasks."""
        log = self._log("worker")
        with log.open("wb") as output:
            worker = subprocess.Popen(
                [*(sys.executable, "-W", "ignore", "manage.py"), *WORKER],
                cwd=ROOT,
                env={**os.environ, **self.environment(database, size)},
                stdout=output,
                stderr=output,
            )
        try:
            yield psutil.Process(worker.pid)
        finally:
            worker.terminate()
            worker.wait()

    @contextmanager
    def oscar(self, database: str, size: int) -> Iterator[Site]:
        with serving(
            "django-oscar",
            application="wsgi:application",
            python=self._peer_python,
            environment=self._oscar(database, size),
            log=self._log("oscar"),
            path="/catalogue/",
        ) as site:
            yield site

    @contextmanager
    def wagtail(self, database: str, size: int) -> Iterator[Site]:
        """Plain Wagtail with the same articles, events, products and home page."""
        with serving(
            "plain Wagtail",
            application="wsgi:application",
            python=sys.executable,
            environment=self._wagtail_environment(
                *self._copy(self._prepared_wagtail(database, size), database)
            ),
            log=self._log("wagtail"),
            path="/",
        ) as site:
            yield site

    @contextmanager
    def plain(self, pages: Mapping[str, Page], *, cached: bool) -> Iterator[Site]:
        """Bare Django with pages of the same bytes, from the view or out of Django's cache middleware."""
        name = "Django's cache middleware" if cached else "bare view"
        folder = Path(tempfile.mkdtemp(dir=self._running))
        index = {}
        for number, (path, page) in enumerate(pages.items()):
            (folder / str(number)).write_bytes(page.body)
            index[path] = (page.content_type, str(number))
        (folder / "index.json").write_text(json.dumps(index))
        with serving(
            name,
            application="wsgi:application",
            python=sys.executable,
            environment={
                "PYTHONPATH": os.pathsep.join((str(PLAIN), str(ROOT))),
                "BENCH_PAGES": str(folder),
                "BENCH_CACHED": "1" if cached else "0",
            },
            log=folder / "log",
            path=next(iter(pages)),
        ) as site:
            yield site

    def orders(self, size: int) -> int:
        """How many orders ours has on PostgreSQL."""
        with psycopg.connect(self.environment(POSTGRESQL, size)["DATABASE_URL"]) as connection:
            return connection.execute("SELECT count(*) FROM order_order").fetchone()[0]

    # --- what to ask for
    def pages(self, database: str, size: int) -> dict:
        """The pages of ours to ask for, as `fill.choose_pages` wrote them."""
        return json.loads((self._prepared_ours(database, size) / "pages.json").read_text())

    def content(self, database: str, size: int) -> dict:
        """The articles, events and pages to ask for, as `content.write` wrote them."""
        return json.loads((self._prepared_content(database, size) / "content.json").read_text())

    def peer_paths(self, database: str, size: int) -> dict:
        """Where the peer has its products, by row of the catalogue, and its categories, by their names."""
        return json.loads((self._prepared_oscar(database, size) / "paths.json").read_text())

    def environment(self, database: str, size: int, *, content: bool = False) -> dict[str, str]:
        """Environment of ours on a copy of the prepared data, one copy for each run of the workshop."""
        prepared = self._prepared_content if content else self._prepared_ours
        home, url = self._copy(prepared(database, size), database)
        self.link_static(home)
        return self._our_environment(home, url)

    def link_static(self, home: Path) -> None:
        """Give a shop whose data lie in `home` the collected static files."""
        static = home / "static"
        if not static.exists():
            static.symlink_to(self._static_files() / "static")

    # --- prepared data
    def _prepared_ours(self, database: str, size: int) -> Path:
        table = [self.table] if self.table else []
        mark = _digest(*(ROOT / source for source in (*TABLES, *PRODUCTS)), *_migrations(), *table)
        return self._prepared(f"ours-{database}-{size}", mark, lambda to: self._fill_ours(database, size, to))

    def _fill_ours(self, database: str, size: int, to: Path) -> None:
        with self._database(database, to, like=self._tables(database)) as url:
            command = [sys.executable, "-m", "tests.bench.fill", "products", to, size]
            run(
                [*command, self.table] if self.table else command,
                environment=self._our_environment(to, url),
                told=f"ours with {size:,} products on {database}",
            )

    def _prepared_content(self, database: str, size: int) -> Path:
        """Ours with so many products, and with what the part of the CMS asks for."""
        ours = self._prepared_ours(database, size)
        mark = _digest(ours / "pages.json", *(ROOT / source for source in CONTENT), *_migrations())
        return self._prepared(
            f"content-{database}-{size}", mark, lambda to: self._fill_content(database, ours, to)
        )

    def _fill_content(self, database: str, ours: Path, to: Path) -> None:
        shutil.copytree(ours, to, dirs_exist_ok=True, ignore=shutil.ignore_patterns("dump", "db.sqlite3"))
        with self._database(database, to, like=ours) as url:
            run(
                [sys.executable, "-m", "tests.bench.content", to, *self.content_size],
                environment=self._our_environment(to, url),
                told=f"articles and events of ours on {database}",
            )

    def _prepared_wagtail(self, database: str, size: int) -> Path:
        ours = self._prepared_content(database, size)
        catalogue, content = ours / "catalogue.csv", ours / "content.json"
        sources = (WAGTAIL, HERE / "writing.py", HERE / "growing.py", ROOT / "requirements.txt")
        mark = _digest(catalogue, content, *sources)

        def fill(to: Path) -> None:
            with self._database(database, to) as url:
                environment = self._wagtail_environment(to, url)
                run(
                    [sys.executable, "-m", "django", "migrate", "--verbosity", 0],
                    environment=environment,
                    told=f"tables of plain Wagtail on {database}",
                )
                run(
                    [sys.executable, WAGTAIL / "fill.py", catalogue, content],
                    environment=environment,
                    told=f"plain Wagtail on {database}",
                )

        return self._prepared(f"wagtail-{database}-{size}", mark, fill)

    @contextmanager
    def empty_shop(self, database: str, home: Path) -> Iterator[dict[str, str]]:
        """The environment of a shop of ours without products, whose data lie in `home` and end with it."""
        tables = self._tables(database)
        if database == SQLITE:
            shutil.copy(tables / "db.sqlite3", home)
            yield self._our_environment(home, None)
            return
        with self._new_database(f"empty_{home.name[-6:]}".lower()) as url:
            _restore(tables, url)
            yield self._our_environment(home, url)

    def _tables(self, database: str) -> Path:
        """Our database before any product, from which those of all sizes begin."""
        mark = _digest(*(ROOT / source for source in TABLES), *_migrations())
        return self._prepared(f"tables-{database}", mark, lambda to: self._make_tables(database, to))

    def _make_tables(self, database: str, to: Path) -> None:
        with self._database(database, to) as url:
            run(
                [sys.executable, "-m", "tests.bench.fill", "tables"],
                environment=self._our_environment(to, url),
                told=f"tables of ours on {database}",
            )

    def _prepared_oscar(self, database: str, size: int) -> Path:
        catalogue = self._prepared_ours(database, size) / "catalogue.csv"
        mark = _digest(catalogue, *PEER_DATA)
        return self._prepared(
            f"oscar-{database}-{size}", mark, lambda to: self._fill_oscar(database, size, catalogue, to)
        )

    def _fill_oscar(self, database: str, size: int, catalogue: Path, to: Path) -> None:
        with self._database(database, to) as url:
            environment = self._peer_environment(to, url)
            python = self._peer_python
            run(
                [python, "-m", "django", "migrate", "--verbosity", 0],
                environment=environment,
                told=f"tables of django-oscar on {database}",
            )
            run(
                [python, PEER / "fill.py", catalogue, to / "paths.json"],
                environment=environment,
                told=f"django-oscar with {size:,} products on {database}",
            )
            index = self._prepared(
                f"whoosh-{size}",
                _digest(catalogue, *PEER_DATA),
                # In one batch: merging many small ones takes five times as long and finds the same.
                lambda folder: run(
                    [python, "-m", "django", "rebuild_index", "--noinput", "--batch-size", size],
                    environment={**environment, "BENCH_WHOOSH": str(folder)},
                    told=f"its Whoosh index of {size:,} products",
                ),
            )
            (to / "whoosh").symlink_to(Path("..") / index.name)

    def asked_of_oscar(self, size: int, words: Path) -> list[float]:
        """Milliseconds that vanilla oscar's search takes for each of the texts in a JSON list."""
        prepared = self._prepared_oscar(SQLITE, size)
        environment = self._peer_environment(prepared, None)
        found = run(
            [self._peer_python, PEER / "searching.py", words],
            environment=environment,
            told=f"django-oscar's search among {size:,} products",
        )
        return json.loads(found.splitlines()[-1])

    def asked_of_wagtail(self, rows: Path, words: Path) -> list[float]:
        """The same of Wagtail's search on PostgreSQL, which is filled with the rows of a CSV before."""
        with self._new_database("wagtail_search") as url:
            found = run(
                [sys.executable, WAGTAIL / "searching.py", rows, words],
                environment=self._wagtail_environment(rows.parent, url),
                told="Wagtail's search in the database",
            )
        return json.loads(found.splitlines()[-1])

    @cached_property
    def _peer_python(self) -> Path:
        requirements = PEER / "requirements.txt"

        def install(to: Path) -> None:
            run([sys.executable, "-m", "venv", to], environment={}, told="an environment for django-oscar")
            pip = [to / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            run([*pip, "--require-hashes", "-r", requirements], environment={}, told="django-oscar from PyPI")

        # Scripts of an environment know its place, but its Python can be moved.
        return self._prepared("peer-venv", _digest(requirements), install) / "bin" / "python"

    def _static_files(self) -> Path:
        mark = _digest(ROOT / "requirements.txt", ROOT / "storefront" / "static")
        return self._prepared(
            "static",
            mark,
            lambda to: run(
                [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"],
                environment=self._our_environment(to, None),
                told="static files of ours",
            ),
        )

    def _prepared(self, name: str, mark: str, make) -> Path:
        """The folder of this name and state, made if there is none; older states of it go.

        One workshop keeps to the state that it has found first, even if somebody works on the code meanwhile.
        """
        folder = self._folders.setdefault(name, self.home / f"{name}-{mark}")
        if folder.exists():
            return folder
        for older in self.home.glob(f"{name}-{'?' * len(mark)}"):
            shutil.rmtree(older)
        with tempfile.TemporaryDirectory(prefix="making-", dir=self.home) as making:
            made = Path(making) / "made"
            made.mkdir()
            make(made)
            made.rename(folder)
        return folder

    # --- databases
    @contextmanager
    def _database(self, database: str, to: Path, like: Path | None = None) -> Iterator[str | None]:
        """A database, empty or `like` a prepared one, whose content stays in the folder.

        As SQLite's file, and then there is no URL, or as PostgreSQL's dump.
        """
        if database == SQLITE:
            if like is not None:
                shutil.copy(like / "db.sqlite3", to)
            yield None
            return
        with self._new_database(f"making_{to.parent.name[-6:]}".lower()) as url:
            if like is not None:
                _restore(like, url)
            yield url
            _postgres_program("pg_dump", "--format", "custom", "--no-owner", "--file", to / "dump", url)

    @contextmanager
    def _new_database(self, name: str) -> Iterator[str]:
        server = urlsplit(self._postgres)
        url = urlunsplit(server._replace(path=f"/{name}"))
        with psycopg.connect(self._postgres, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        try:
            yield url
        finally:
            with psycopg.connect(self._postgres, autocommit=True) as connection:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    @cached_property
    def _postgres(self) -> str:
        return self._stack.enter_context(running_postgres(DURABLE))

    @property
    def postgres_version(self) -> str:
        with psycopg.connect(self._postgres) as connection:
            return connection.execute("SHOW server_version").fetchone()[0].split()[0]

    @staticmethod
    def _our_environment(home: Path, url: str | None) -> dict[str, str]:
        return {
            "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
            "OCOP_DATA_DIR": str(home),
            "DATABASE_URL": url or f"sqlite:///{home}/db.sqlite3",
        }

    def _oscar(self, database: str, size: int) -> dict[str, str]:
        return self._peer_environment(*self._copy(self._prepared_oscar(database, size), database))

    @staticmethod
    def _wagtail_environment(home: Path, url: str | None) -> dict[str, str]:
        environment = {
            "DJANGO_SETTINGS_MODULE": "settings",
            "PYTHONPATH": os.pathsep.join((str(WAGTAIL), str(ROOT))),
            "BENCH_HOME": str(home),
        }
        return environment | ({"BENCH_POSTGRES": url} if url else {})

    @staticmethod
    def _peer_environment(home: Path, url: str | None) -> dict[str, str]:
        environment = {
            "DJANGO_SETTINGS_MODULE": "settings",
            "PYTHONPATH": str(PEER),
            "BENCH_HOME": str(home),
        }
        return environment | ({"BENCH_POSTGRES": url} if url else {})

    def _copy(self, prepared: Path, database: str) -> tuple[Path, str | None]:
        home = self._running / prepared.name
        name = prepared.name.replace("-", "_")
        if not home.exists():
            shutil.copytree(prepared, home, ignore=shutil.ignore_patterns("dump"))
            if database == POSTGRESQL:
                url = self._stack.enter_context(self._new_database(name))
                _postgres_program(
                    "pg_restore", "--no-owner", "--jobs", "2", "--dbname", url, prepared / "dump"
                )
                with psycopg.connect(url, autocommit=True) as connection:
                    connection.execute("VACUUM ANALYZE")
        if database == SQLITE:
            return home, None
        return home, urlunsplit(urlsplit(self._postgres)._replace(path=f"/{name}"))

    def _log(self, name: str) -> Path:
        number = len(list(self._running.glob("*.log")))
        return self._running / f"{number}-{name.replace(' ', '-')}.log"


def _migrations() -> list[Path]:
    return [file for package in PACKAGES for file in sorted((ROOT / package).rglob("migrations/*.py"))]


def _restore(prepared: Path, url: str) -> None:
    _postgres_program("pg_restore", "--no-owner", "--jobs", "2", "--dbname", url, prepared / "dump")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def _postgres_program(name: str, *arguments) -> None:
    folder = POSTGRES.find()
    here = folder / name if folder is not None else None
    program = here if here is not None and here.exists() else shutil.which(name)
    run([program, *arguments], environment={}, told=f"{name}")


def _digest(*places: Path) -> str:
    """A mark of what files hold and folders contain, without what Python compiles."""
    digest = hashlib.sha256()
    for place in places:
        for file in sorted(_files(place)):
            digest.update(f"{file.name}\n".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _files(place: Path) -> Iterable[Path]:
    if place.is_file():
        return [place]
    return (each for each in place.rglob("*") if each.is_file() and "__pycache__" not in each.parts)
