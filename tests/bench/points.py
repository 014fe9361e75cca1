"""Points of sale: 2,000 points with 1,000 products each; where to buy, a counter sale, the map."""

import json
import statistics
import sys
import tempfile
from pathlib import Path

from tests.bench.results import Findings, Reading, Verdict
from tests.bench.sites import run
from tests.bench.workshop import Workshop

POINTS = 2_000
JUDGED = 1_000
LIMITS = {"where to buy within 50 km": 30.0, "counter sale": 50.0}
MOST_QUERIES = 13


def measure(
    workshop: Workshop, database: str, size: int, *, points: int = POINTS, rounds: int = 400
) -> Findings:
    """Each act so often, one after the other, at points and for goods that chance names."""
    with tempfile.TemporaryDirectory(dir=workshop.home) as folder:
        home = Path(folder)
        with workshop.empty_shop(database, home) as environment:
            workshop.link_static(home)
            file = home / "points.json"
            run(
                [sys.executable, "-m", "tests.bench.shelves", file, points, size, rounds],
                environment=environment,
                told=f"{points:,} points with {size:,} products each",
            )
            return found_in(json.loads(file.read_text()), is_judged=(size, points) == (JUDGED, POINTS))


def found_in(measured: dict, *, is_judged: bool) -> Findings:
    """The verdicts of what was measured."""
    findings = Findings()
    for name, limit in LIMITS.items():
        times = measured[name]
        p50, p95, p99 = (statistics.quantiles(times, n=100)[each] for each in (49, 94, 98))
        findings.verdicts.append(Verdict(f"{name}: p95", p95, limit if is_judged else None, "less", "ms"))
        findings.readings.append(Reading("ours", name, 1000 / statistics.mean(times), p50, p99))
    findings.verdicts.append(
        Verdict("points found within 50 km", statistics.median(measured["found"]), None, "more", "")
    )
    # Under the limit of "less": twelve are allowed.
    findings.verdicts.append(Verdict("the map: queries", measured["queries"], MOST_QUERIES, "less", ""))
    return findings
