"""Tables as files to take away: CSV and XLSX in which nothing is ever run as a formula."""

import csv
import os
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from itertools import chain
from pathlib import Path

from django.utils.translation import gettext as _

from catalog.domain.importing.cells import neutralised, restored
from marketplace.core.exceptions import Refused
from marketplace.core.imports import later
from marketplace.core.text import without_controls

openpyxl = later("openpyxl")

MOST_ROWS_OF_A_SHEET = 1_048_576
#: The mark by which Excel knows UTF-8.
MARK = "\ufeff"

Cell = str | int | None
Row = Sequence[Cell]


class TooManyRows(Refused):
    """More rows than a sheet of a workbook holds, or than its writer takes on."""

    def __init__(self, most: int = MOST_ROWS_OF_A_SHEET - 1):
        super().__init__(
            _("A workbook holds %(most)s rows at most; write a CSV file instead.") % {"most": most}
        )


def is_workbook(path: Path) -> bool:
    """Whether a file of this name is to be XLSX; all others are CSV."""
    return path.suffix.lower() == ".xlsx"


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Write a table to a file, XLSX if it is called so and otherwise CSV; it is there when it is complete.

    Raises OSError. A workbook that would be too long is the caller's to refuse (``TooManyRows``).
    """
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        (_write_workbook if is_workbook(path) else _write_csv)(unfinished, columns, rows)
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def csv_lines(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """A CSV table a line at a time, for an answer that is sent while it is read."""
    line = StringIO(newline="")
    writer = csv.writer(line)
    yield MARK
    for row in chain([columns], rows):
        yield _line(writer, line, row)


def _line(writer, line: StringIO, row: Row) -> str:
    line.seek(0)
    line.truncate()
    writer.writerow(_csv_cells(row))
    return line.getvalue()


def _csv_cells(row: Row) -> list[Cell]:
    return [neutralised(cell) if isinstance(cell, str) else cell for cell in row]


def _write_csv(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(csv_lines(columns, rows))


def _write_workbook(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> None:
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet()
    sheet.append(columns)
    try:
        for row in rows:
            sheet.append([_as_text(sheet, cell) if isinstance(cell, str) else cell for cell in row])
    finally:
        # After an interruption too: until it is saved its rows lie in a temporary file.
        workbook.save(path)


def _as_text(sheet, text: str):
    """A cell of text, which runs nothing; an apostrophe only where the importer would take one off."""
    text = without_controls(text)
    if restored(text) != text:
        text = neutralised(text)
    if text[:1] not in ("=", "#"):
        return text or None
    cell = openpyxl.cell.WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    return cell
