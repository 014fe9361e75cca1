"""`make bench`: measure the parts that were chosen, print verdicts, write docs/benchmarks.md.

Ends with 1 if a verdict is missed, with 2 if something could not be measured.
"""

import argparse
import os
import platform
import signal
import sqlite3
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import django
from django.conf import settings

from marketplace.core import clock
from tests.architecture.messages import ROOT
from tests.bench.load import LoadFailed
from tests.bench.parts import BOTH, PARTS, Part, chosen
from tests.bench.report import as_page, as_text
from tests.bench.results import Run, keep
from tests.bench.sites import SiteFailed
from tests.bench.visitors import Stuck
from tests.bench.workshop import HOME, POSTGRESQL, Workshop
from tests.services.postgres import PostgresUnavailable

# Committed, so that one part measured on another machine leaves the figures of the others.
RESULTS = ROOT / "docs" / "benchmarks.json"
PAGE = ROOT / "docs" / "benchmarks.md"
FAILURES = (LoadFailed, SiteFailed, Stuck, PostgresUnavailable)
MISSED, FAILED = 1, 2


def main(
    arguments: list[str] | None = None,
    *,
    parts: Sequence[Part] = PARTS,
    home: Path = HOME,
    results: Path = RESULTS,
    page: Path = PAGE,
) -> int:
    """Run the command; returns its exit code. `results` keeps what was found, `page` shows all of it."""
    asked = _parser(parts).parse_args(arguments)
    titles = {part.name: part.what for part in parts}
    missed, failed = [], []
    try:
        with Workshop(asked.csv and asked.csv.resolve(), home) as workshop:
            for part, database, size in chosen(parts, asked.part, asked.database, asked.size):
                print(f"{part.name}, {size:,} products, {database}", file=sys.stderr, flush=True)
                try:
                    findings = part.measure(workshop, database, size)
                except FAILURES as error:
                    failed.append(f"{part.name}, {size:,}, {database}: {error}")
                    print(failed[-1], file=sys.stderr)
                    continue
                run = Run(
                    part.name,
                    database,
                    size,
                    findings,
                    date=f"{clock.now():%Y-%m-%d}",
                    versions=_versions(database, workshop),
                    cores=_cores(),
                )
                missed += [f"{part.name}, {size:,}, {database}: {verdict.name}" for verdict in run.missed]
                print(as_text(run, part.what), flush=True)
                runs = keep(results, run)
                page.write_text(as_page(runs.values(), titles))
    except FAILURES as error:
        failed.append(str(error))
        print(error, file=sys.stderr)
    for line in missed:
        print(f"MISSED: {line}")
    for line in failed:
        print(f"NOT MEASURED: {line.splitlines()[0]}")
    return FAILED if failed else MISSED if missed else 0


def _parser(parts: Sequence[Part]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__.split("\n")[0])
    parser.add_argument("--part", choices=[part.name for part in parts], help="one part (PART=)")
    parser.add_argument("--database", choices=BOTH, help="one database (DATABASE=)")
    parser.add_argument("--size", type=int, help="number of products (SIZE=)")
    parser.add_argument("--csv", type=Path, help="take the products from this list in the importer's columns")
    return parser


def _versions(database: str, workshop: Workshop) -> dict[str, str]:
    ours = {
        "Python": platform.python_version(),
        "Django": django.get_version(),
        "django-oscar": version("django-oscar"),
        "Wagtail": version("wagtail"),
        "granian": version("granian"),
    }
    if database == POSTGRESQL:
        return {**ours, "PostgreSQL": workshop.postgres_version}
    return {**ours, "SQLite": sqlite3.sqlite_version}


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


if __name__ == "__main__":
    # So that what runs ends with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    settings.configure(TIME_ZONE="Asia/Ho_Chi_Minh", USE_TZ=True)
    sys.exit(main())
