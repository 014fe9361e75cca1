"""Search on the embedded engine at growing sizes: words, typing errors, filtered lists, memory, building.

Beside it, in the same run and with the same words, stand tantivy alone, vanilla oscar's search and Wagtail's.
"""

import json
import sys
import tempfile
from pathlib import Path

from tests.bench.results import Findings, Reading, Verdict
from tests.bench.sites import run
from tests.bench.workshop import SQLITE, Workshop
from tests.services.elastic import running_elasticsearch

#: A shop whose groups and places the made-up products stand in.
SMALL = 1_000
#: Milliseconds, by size: middle and slowest hundredth with words, middle with typing errors.
LIMITS = {100_000: (3.0, 10.0, None), 1_000_000: (15.0, None, 30.0)}
RATIO = 1.5
MEMORY = 150.0
RATE = 5_000.0
#: Documents a second that are added on Elasticsearch, and the size at which that is measured.
ELASTIC_RATE = 2_000.0
ELASTIC_SIZE = 100_000
#: The peers are filled by their own means, which takes hours for more.
MOST_OF_OSCAR = 20_000
MOST_OF_WAGTAIL = 100_000
#: Files that the indexing process writes.
ROWS, WORDS = "rows.csv", "words.json"
OSCAR, WAGTAIL = "django-oscar, Whoosh", "Wagtail's search, PostgreSQL"
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
        index, told = Path(folder) / "search", Path(folder) / "told"
        built = _make("build", size, index, environment)
        _make("tell", size, told, environment)
        found = _run("searching", index, told / WORDS, environment=environment)
        peers = _peers(workshop, size, told)
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
    completed = found["completed"]
    verdicts.append(Verdict("autocompletion: middle", completed["p50"], None, "less", "ms"))
    p50, p99 = completed["p50"], completed["p99"]
    findings.readings.append(Reading("ours", "autocompletion", 1000 / p50, p50, p99))
    verdicts.append(
        Verdict("anonymous memory", found["memory"], MEMORY if is_limited else None, "less", "MB")
    )
    verdicts.append(Verdict("documents added a second", built["added_per_second"], RATE, "more", "/s"))
    verdicts.append(Verdict("index", built["bytes"] / 1e6, None, "less", "MB"))
    if size == ELASTIC_SIZE:
        rate = _elastic_rate(size, environment)
        verdicts.append(Verdict("documents added a second, Elasticsearch", rate, ELASTIC_RATE, "more", "/s"))
    for name, times in peers.items():
        p50, p99 = (sorted(times)[int(len(times) * share)] for share in (0.5, 0.99))
        findings.readings.append(Reading(name, "words", 1000 / p50, p50, p99))
        verdicts.append(Verdict(f"words: {name} / ours", p50 / words["p50"], None, "more", "times"))
    return findings


def _elastic_rate(size: int, environment: dict[str, str]) -> float:
    with running_elasticsearch() as server:
        return _make("elastic", size, server.url, environment)["per_second"]


def _peers(workshop: Workshop, size: int, told: Path) -> dict[str, list[float]]:
    """Milliseconds of the same words in each of the peers that is filled at this size."""
    found = {}
    if size <= MOST_OF_OSCAR:
        found[OSCAR] = workshop.asked_of_oscar(size, told / WORDS)
    if size <= MOST_OF_WAGTAIL:
        found[WAGTAIL] = workshop.asked_of_wagtail(told / ROWS, told / WORDS)
    return found


def _make(act: str, size: int, place: str | Path, environment: dict[str, str]):
    return _run("indexing", act, size, place, environment=environment)


def _run(module: str, *arguments: object, environment: dict[str, str]):
    command = [sys.executable, "-m", f"tests.bench.{module}", *arguments]
    told = f"search: {module} {' '.join(map(str, arguments[:2]))}"
    return json.loads(run(command, environment=environment, told=told).splitlines()[-1])
