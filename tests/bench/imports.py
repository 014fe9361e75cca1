"""Importing lists: rows a second into an empty shop and into the full one, and the memory that it takes."""

import json
import sys
import tempfile
from pathlib import Path

from tests.bench.results import Findings, Verdict
from tests.bench.sites import run
from tests.bench.workshop import POSTGRESQL, Workshop

RATE = 2_000.0
#: Rows of the list for which that is asked.
LIMITED = 100_000
#: Megabytes resident at the most, whatever the length of the list.
MEMORY = 300.0
#: So many made-up rows are a file of 50 MB.
FIFTY_MEGABYTES = 300_000
#: Lines of a bank statement, how many are read a second, and megabytes for it at the most.
STATEMENT = 100_000
STATEMENT_RATE = 2_000.0
STATEMENT_MEMORY = 200.0


def measure(workshop: Workshop, database: str, size: int) -> Findings:
    """The command as a person runs it, pictures' tasks and all."""
    with tempfile.TemporaryDirectory(dir=workshop.home) as folder:
        home = Path(folder)
        table = home / "products.csv"
        with workshop.empty_shop(database, home) as environment:
            run(
                [sys.executable, "manage.py", "generate_products", size, "--csv", table, "--verbosity", 0],
                environment=environment,
                told=f"a list of {size:,} made-up products",
            )
            megabytes = table.stat().st_size / 1e6
            command = [sys.executable, "-m", "tests.bench.importing", table]
            found = json.loads(
                run(command, environment=environment, told="importing it twice").splitlines()[-1]
            )
            of_bank = _read_statement(environment) if size == LIMITED else []
    limit = RATE if (database, size) == (POSTGRESQL, LIMITED) else None
    return Findings(
        [
            Verdict("rows imported a second", found["new"], limit, "more", "/s"),
            Verdict("rows a second, all known", found["known"], limit, "more", "/s"),
            Verdict("memory at the most", found["memory"], MEMORY, "less", "MB"),
            Verdict("size of the list", megabytes, None, "more", "MB"),
            *of_bank,
        ]
    )


def _read_statement(environment: dict[str, str]) -> list[Verdict]:
    """A seller's bank statement, read into the shop that the list has filled."""
    command = [sys.executable, "-m", "tests.bench.reading", STATEMENT]
    told = f"reading a bank statement of {STATEMENT:,} lines twice"
    found = json.loads(run(command, environment=environment, told=told).splitlines()[-1])
    return [
        Verdict("lines of a bank statement a second", found["new"], STATEMENT_RATE, "more", "/s"),
        Verdict("lines a second, all known", found["known"], STATEMENT_RATE, "more", "/s"),
        Verdict("memory for the statement", found["memory"], STATEMENT_MEMORY, "less", "MB"),
    ]
