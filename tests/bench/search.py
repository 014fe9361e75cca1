"""Search on the embedded engine at growing sizes: words, typing errors, filtered lists, memory, building."""

import json
import sys
import tempfile
from pathlib import Path

from tests.bench.results import Findings, Reading, Verdict
from tests.bench.sites import run
from tests.bench.workshop import SQLITE, Workshop

#: A shop whose groups and places the made-up products stand in.
SMALL = 1_000
#: Milliseconds, by size: middle and slowest hundredth with words, middle with typing errors.
LIMITS = {100_000: (3.0, 10.0, None), 1_000_000: (15.0, None, 30.0)}
RATIO = 1.5
MEMORY = 150.0
RATE = 5_000.0
WHAT = {
    "words": "words and all facets",
    "mistyped": "typing errors and all facets",
    "browse": "filtered list",
}


def measure(workshop: Workshop, _database: str, size: int) -> Findings:
    """Times are processor times of one process, in turn with the engine asked the same alone."""
    environment = workshop.environment(SQLITE, SMALL)
    middle, slowest, with_errors = LIMITS.get(size, (None, None, None))
    with tempfile.TemporaryDirectory(dir=workshop.home) as folder:
        built = _run("build", size, folder, environment)
        found = _run("ask", size, folder, environment)
    is_limited = size in LIMITS
    findings = Findings()
    verdicts = findings.verdicts
    words, mistyped = found["words"], found["mistyped"]
    verdicts.append(Verdict("words: middle", words["p50"], middle, "less", "ms"))
    verdicts.append(Verdict("words: slowest hundredth", words["p99"], slowest, "less", "ms"))
    verdicts.append(Verdict("typing errors: middle", mistyped["p50"], with_errors, "less", "ms"))
    for name, of in WHAT.items():
        limit = RATIO if is_limited and name != "browse" else None
        verdicts.append(Verdict(f"{of}: ours / engine alone", found[name]["ratio"], limit, "less"))
        for site, prefix in (("ours", ""), ("tantivy alone", "alone_")):
            p50, p99 = found[name][f"{prefix}p50"], found[name][f"{prefix}p99"]
            findings.readings.append(Reading(site, of, 1000 / p50, p50, p99))
    verdicts.append(
        Verdict("anonymous memory", found["memory"], MEMORY if is_limited else None, "less", "MB")
    )
    verdicts.append(Verdict("documents added a second", built["added_per_second"], RATE, "more", "/s"))
    verdicts.append(Verdict("index", built["bytes"] / 1e6, None, "less", "MB"))
    return findings


def _run(act: str, size: int, folder: str, environment: dict[str, str]) -> dict:
    command = [sys.executable, "-m", "tests.bench.searching", act, size, Path(folder) / "search"]
    return json.loads(run(command, environment=environment, told=f"search: {act} {size:,}").splitlines()[-1])
