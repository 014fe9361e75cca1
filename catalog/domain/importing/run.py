"""One import from file to catalogue, in one transaction."""

from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path

from django.db import transaction

from catalog.domain.importing.checking import Row, check
from catalog.domain.importing.reading import RawRow, open_table
from catalog.domain.importing.report import ImportReport
from catalog.domain.importing.writing import Writer
from catalog.tasks import illustrate_products
from marketplace.core.tasks import enqueue_many
from marketplace.regions.domain.resolve import Resolver

BATCH = 1000
PICTURES_A_TASK = 50
AFTER_ALL_ELSE = -50
"""Priority of the tasks that draw: a large import leaves hours of them, and nobody's mail waits for it."""


def _silent(rows: Iterable, **_description) -> Iterable:
    return rows


def import_products(
    path: Path | str,
    *,
    dry_run: bool = False,
    skip_bad: bool = False,
    illustrate: bool = True,
    resolver: Resolver | None = None,
    progress: Callable = _silent,
) -> ImportReport:
    """Bring the products of a CSV or XLSX list into the catalogue; safe to repeat.

    A file with bad rows brings nothing in, unless ``skip_bad`` leaves them out; ``dry_run`` does everything
    and takes it back. The report says what happened or would have. New products get their pictures from
    tasks that are part of the transaction, unless ``illustrate`` is off. ``resolver`` saves reading the
    regions anew for each of several files; ``progress`` wraps the rows as tqdm does. Raises UnreadableFile.
    """
    with open_table(Path(path)) as table:
        rows = progress(table.rows, total=table.lines, desc=Path(path).name, unit=" rows")
        report = import_rows(
            rows, dry_run=dry_run, skip_bad=skip_bad, illustrate=illustrate, resolver=resolver
        )
        report.unknown_columns = table.unknown_columns
    return report


@transaction.atomic
def import_rows(
    rows: Iterable[RawRow],
    *,
    dry_run: bool = False,
    skip_bad: bool = False,
    illustrate: bool = True,
    resolver: Resolver | None = None,
) -> ImportReport:
    """``import_products`` for rows that come from elsewhere than from a file."""
    report = ImportReport()
    writer = Writer(report, resolver or Resolver())
    good = _good_rows(rows, writer, report)
    while batch := list(islice(good, BATCH)):
        if skip_bad or not report.problems:
            writer.write(batch)
    report.is_written = not dry_run and (skip_bad or not report.problems)
    if not report.is_written:
        transaction.set_rollback(True)
    elif illustrate:
        ids = report.created_ids
        parts = (ids[start : start + PICTURES_A_TASK] for start in range(0, len(ids), PICTURES_A_TASK))
        enqueue_many(illustrate_products.using(priority=AFTER_ALL_ELSE), ((part,) for part in parts))
    return report


def _good_rows(rows: Iterable[RawRow], writer: Writer, report: ImportReport) -> Iterable[Row]:
    for raw in rows:
        report.rows += 1
        row, problems = check(raw)
        if row is not None:
            problems = writer.problems(row)
        if problems:
            report.refuse(problems)
        else:
            yield row
