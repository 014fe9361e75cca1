"""Reading a stall's workbook: rows of cells as texts, and the faults that are seen without the catalogue."""

import datetime
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import BinaryIO

from django.utils.translation import gettext as _

from catalog.domain.importing.cells import clean, restored
from catalog.domain.sheets.columns import COLUMNS, NEEDED, Column, codes_by_name
from marketplace.core.imports import later
from marketplace.core.text import fold

openpyxl = later("openpyxl")

MOST_ROWS = 10_000


class UnreadableSheet(Exception):
    """The file is no such workbook, or its heading is not one; the message says why."""


@dataclass(frozen=True)
class Fault:
    """Where something is wrong, and what: ``column`` as the sheet calls it, with its letter."""

    line: int
    column: str
    value: str
    reason: str

    def __str__(self):
        return _("Row %(line)s, %(column)s: %(reason)s") % {
            "line": self.line,
            "column": self.column,
            "reason": self.reason,
        }


@dataclass(frozen=True)
class SheetRow:
    """One row that says something: the number of the line, its cells as texts by the column's code."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Sheet:
    """A workbook as it was read. ``letters`` says in which column of the sheet a code stands."""

    rows: list[SheetRow]
    faults: list[Fault]
    letters: dict[str, str]
    labels: dict[str, str]

    def name_of(self, code: str) -> str:
        """The column as a person finds it: ``F, Price (₫)``."""
        label = self.labels[code]
        return f"{self.letters[code]}, {label}" if code in self.letters else label


def read(file: BinaryIO, columns: tuple[Column, ...] = COLUMNS, needed: tuple[str, ...] = NEEDED) -> Sheet:
    """The first sheet of a workbook. Raises ``UnreadableSheet`` where its heading or the file is at fault.

    ``needed`` are the codes of the columns that must be there.
    """
    try:
        workbook = openpyxl.load_workbook(file, read_only=True)
        lines = workbook.worksheets[0].iter_rows()
        labels = {column.code: str(column.label) for column in columns}
        codes = _codes(next(lines, ()), codes_by_name(columns), labels, needed)
        return _read(lines, codes, labels)
    except UnreadableSheet:
        raise
    except (
        openpyxl.utils.exceptions.InvalidFileException,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        IndexError,
        OSError,
    ) as error:
        raise UnreadableSheet(_("This is not an XLSX workbook that can be read.")) from error
    except Exception as error:
        # The reader of workbooks meets broken parts with many kinds of errors.
        raise UnreadableSheet(_("This is not an XLSX workbook that can be read.")) from error


def _codes(
    heading: tuple, known: dict[str, str], labels: dict[str, str], needed: tuple[str, ...]
) -> list[str | None]:
    names = [clean(str(cell.value)) if cell.value is not None else "" for cell in heading]
    codes = [known.get(fold(name)) if name else None for name in names]
    unknown = [name for name, code in zip(names, codes, strict=True) if name and code is None]
    if not any(codes):
        raise UnreadableSheet(_("The first row must name the columns, as in the template."))
    if unknown:
        raise UnreadableSheet(_("These columns are not known: %(names)s.") % {"names": ", ".join(unknown)})
    twice = {labels[code] for code in codes if code and codes.count(code) > 1}
    if twice:
        raise UnreadableSheet(
            _("These columns stand there twice: %(names)s.") % {"names": ", ".join(sorted(twice))}
        )
    missing = [labels[code] for code in needed if code not in codes]
    if missing:
        raise UnreadableSheet(_("These columns are missing: %(names)s.") % {"names": ", ".join(missing)})
    return codes


def _read(lines: Iterator[tuple], codes: list[str | None], labels: dict[str, str]) -> Sheet:
    letters = {code: openpyxl.utils.get_column_letter(at) for at, code in enumerate(codes, start=1) if code}
    sheet = Sheet(rows=[], faults=[], letters=letters, labels=labels)
    for line, cells in enumerate(lines, start=2):
        # Some programs leave out the empty cells at the end of a row.
        row = {
            code: _text(sheet, line, code, cell)
            for code, cell in zip_longest(codes, cells[: len(codes)])
            if code is not None
        }
        if any(row.values()):
            if len(sheet.rows) == MOST_ROWS:
                raise UnreadableSheet(
                    _("The sheet has more than %(most)s rows. Send it in parts.") % {"most": MOST_ROWS}
                )
            sheet.rows.append(SheetRow(line, row))
    if not sheet.rows:
        raise UnreadableSheet(_("The sheet has no rows under its heading."))
    return sheet


def _text(sheet: Sheet, line: int, code: str, cell) -> str:
    """The cell as a text; notes a fault for what is no plain value."""
    if cell is None or cell.value is None:
        return ""
    value, kind = cell.value, getattr(cell, "data_type", "n")
    reason = ""
    if kind == "f" or (isinstance(value, str) and value.startswith("=")):
        reason = _("This is a formula. Put the value in its place.")
    elif kind == "e":
        reason = _("The cell holds an error of the spreadsheet.")
    elif isinstance(value, bool):
        reason = _("This is true or false, not a value of this column.")
    elif isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        reason = _("This is a date or a time, not a value of this column.")
    elif isinstance(value, float):
        return _plain(value)
    if reason:
        sheet.faults.append(Fault(line, sheet.name_of(code), str(value)[:60], reason))
        return ""
    return clean(restored(str(value)))


def _plain(value: float) -> str:
    """A number as a person would type it; spreadsheets keep whole ones as 120000.0."""
    return str(int(value)) if value == int(value) else repr(value)
