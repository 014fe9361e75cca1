"""Printing a publication of 400 products: how long it takes on this machine, the first time and again."""

import json
import sys
import tempfile
from pathlib import Path

from tests.bench.results import Findings, Verdict
from tests.bench.sites import run
from tests.bench.workshop import Workshop

SIZE = 400
SECONDS = 20.0


def measure(workshop: Workshop, database: str, size: int) -> Findings:
    """The real products of the sample list with drawn pictures, composed in a process of their own."""
    with tempfile.TemporaryDirectory(dir=workshop.home) as folder:
        home = Path(folder)
        with workshop.empty_shop(database, home) as environment:
            command = [sys.executable, "-m", "tests.bench.cataloguing", size]
            found = json.loads(
                run(
                    command, environment=environment, told=f"a catalogue of {size} products, twice"
                ).splitlines()[-1]
            )
    return Findings(
        [
            Verdict("catalogue, pictures new", found["first"], SECONDS, "less", "s"),
            Verdict("catalogue, pictures known", found["again"], SECONDS, "less", "s"),
            Verdict("pages", found["pages"], None, "more", ""),
            Verdict("size of the PDF", found["megabytes"], None, "less", "MB"),
            Verdict("memory at the most", found["memory"], None, "less", "MB"),
        ]
    )
