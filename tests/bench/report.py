"""The findings as tables: for the terminal, and as the page docs/benchmarks.md."""

from collections.abc import Iterable

from tests.bench.results import Reading, Run, Verdict

DATABASES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
HEAD = ("measured", "limit", "value", "spread", "")
READING_HEAD = ("site", "asked for", "a second", "p50 ms", "p99 ms", "computing ms")


def as_text(run: Run, what: str) -> str:
    """One run's tables for the terminal: the verdicts, then what they were made from."""
    title = f"{what}, {run.size:,} products, {DATABASES[run.database]}"
    tables = [
        _aligned([HEAD, *map(_verdict_row, run.findings.verdicts)]),
        _aligned([READING_HEAD, *map(_reading_row, run.findings.readings)]),
    ]
    return "\n\n".join([f"== {title}", *(table for table in tables if table)]) + "\n"


def as_page(runs: Iterable[Run], titles: dict[str, str]) -> str:
    """The newest run of every part as the Markdown page."""
    runs = sorted(runs, key=lambda run: (list(titles).index(run.part), run.database, run.size))
    verdicts = [
        (run, verdict) for run in runs for verdict in run.findings.verdicts if verdict.limit is not None
    ]
    missed = [(run, verdict) for run, verdict in verdicts if not verdict.is_met]
    lines = [
        INTRODUCTION,
        "## Verdicts",
        "",
        f"{len(verdicts) - len(missed)} of {len(verdicts)} limits are met.",
        "",
        *_markdown(
            ("", "products", "database", "limit", "value", "spread", "verdict"),
            [
                (verdict.name, f"{run.size:,}", DATABASES[run.database], *_verdict_row(verdict)[1:])
                for run, verdict in verdicts
            ],
        ),
        "## All figures",
        "",
    ]
    for run in runs:
        lines += _section(run, titles[run.part])
    lines += ["## When and with what", "", *_markdown(*_versions(runs))]
    return "\n".join(lines).rstrip() + "\n"


INTRODUCTION = """\
# Benchmarks

Written by `make bench`; do not edit. `make bench PART=pages DATABASE=sqlite SIZE=20000` measures one part,
`CSV=list.csv` with products of your own.

All sites run on one machine in one run, each on granian with two workers, and are asked in turn over eight
connections. A value is the median of the rounds, the spread their least and most. Ratios carry over to other
machines, requests a second do not.

- **ours**: production settings. *Without cache*: `OCOP_PAGE_CACHE=0`, no answer is kept anywhere.
- **django-oscar**: vanilla from PyPI as its documentation sets it up, with Whoosh for search, filled with the
  same products, categories, sellers and prices, without pictures, 24 a page (`tests/bench/peer`). On SQLite
  it has the write-ahead log as ours and no ATOMIC_REQUESTS; as documented most of eight writers fail.
- **plain Wagtail**: as `wagtail start` sets a site up, with the same articles, events, products and home page
  of the same blocks, without pictures and without a cache of pages (`tests/bench/wagtail_peer`).
- **Django's cache middleware** and **bare view**: nothing but these, with the same bytes as our pages, which
  the middleware keeps where ours are kept: in memory, or in the Redis that `REDIS_URL` names.
- **add to basket**: one POST of a new visitor. **checkout, whole**: a guest's way from the basket to the page
  of the order, with all forms and redirects; our worker runs as well and writes the mails.
- **computing**: what one request takes of the site's own processes (both workers, not the database server).
- PostgreSQL runs with `fsync` and all that keeps orders safe.
"""


def _section(run: Run, what: str) -> list[str]:
    verdicts = run.findings.verdicts
    lines = [f"### {what}, {run.size:,} products, {DATABASES[run.database]}", ""]
    if verdicts:
        lines += _markdown(("", *HEAD[1:4], "verdict"), map(_verdict_row, verdicts))
    if run.findings.readings:
        lines += _markdown(READING_HEAD, map(_reading_row, run.findings.readings))
    return lines


def _versions(runs: Iterable[Run]) -> tuple:
    rows = [
        (
            f"{run.part}, {run.size:,}, {DATABASES[run.database]}",
            run.date,
            run.cores,
            ", ".join(f"{name} {version}" for name, version in run.versions.items()),
        )
        for run in runs
    ]
    return ("part", "date", "cores", "versions"), rows


def _verdict_row(verdict: Verdict) -> tuple[str, ...]:
    sign = {"more": "≥", "less": "<"}[verdict.better]
    return (
        verdict.name,
        f"{sign} {_number(verdict.limit)}" if verdict.limit is not None else "",
        f"{_number(verdict.value)} {verdict.unit}".strip(),
        f"{_number(verdict.lowest)}–{_number(verdict.highest)}" if verdict.lowest is not None else "",
        "" if verdict.limit is None else "met" if verdict.is_met else "MISSED",
    )


def _reading_row(reading: Reading) -> tuple[str, ...]:
    return (
        reading.site,
        reading.what,
        _number(reading.rate),
        f"{reading.p50:.2f}",
        f"{reading.p99:.2f}",
        f"{reading.computing:.2f}" if reading.computing is not None else "",
    )


def _number(value: float) -> str:
    """Two figures behind the point for small numbers, none for large ones."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _aligned(rows: list[tuple[str, ...]]) -> str:
    if len(rows) == 1:
        return ""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(line.rstrip() for line in lines)


def _markdown(head: tuple[str, ...], rows: Iterable[tuple]) -> list[str]:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    return [*lines, ""]
