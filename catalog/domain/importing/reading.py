"""Reading a list row by row: CSV in the encodings and with the separators that offices use, and XLSX."""

import csv
import datetime
import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from django.utils.translation import gettext as _

from catalog.domain.importing.cells import restored
from marketplace.core.imports import later
from marketplace.core.text import fold

openpyxl = later("openpyxl")

SEPARATORS = ",;\t"
SNIFFED_BYTES = 64 * 1024
REQUIRED = ("product_name", "producer_name", "province", "group", "stars", "recognised_year")
COLUMNS = (
    "product_name",
    "producer_name",
    "producer_kind",
    "commune",
    "district",
    "province",
    "group",
    "stars",
    "potential_5",
    "recognised_year",
    "decision",
    "price_vnd",
    "unit",
    "source_url",
    "category_hint",
)


class UnreadableFile(Exception):
    """The file is not a list that can be read; the message says why."""


@dataclass(frozen=True)
class RawRow:
    """One row as the file has it: the line on which it begins and its cells by column."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Table:
    """An open list. ``lines`` is about how many there are, for a progress bar."""

    rows: Iterator[RawRow]
    unknown_columns: tuple[str, ...]
    lines: int


@contextmanager
def open_records(path: Path) -> Iterator[Iterator[tuple[int, list[str]]]]:
    """Line and cells of each record of a CSV or XLSX file, whatever its columns are; as `open_table`.

    The lines before the head of a list may be shorter, so the separator is the one that occurs most.
    """
    with told_clearly(path):
        file = path.open("rb")
    with file:
        records = _records(file, _most_used_separator)
        try:
            with told_clearly(path):
                next(records)
            yield records
        finally:
            records.close()


@contextmanager
def open_table(path: Path) -> Iterator[Table]:
    """The rows of a CSV or XLSX file, read as they are asked for.

    Raises UnreadableFile for what is neither, for text that cannot be decoded (also in the middle) and for
    missing columns, which it names.
    """
    with told_clearly(path):
        file = path.open("rb")
    with file:
        records = _records(file)
        try:
            with told_clearly(path):
                lines = next(records)
                columns = _columns(next(records, (1, []))[1])
            yield Table(
                rows=_rows(path, records, columns),
                unknown_columns=tuple(name for name in columns if name and name not in COLUMNS),
                lines=lines,
            )
        finally:
            # Before the file is, since it reads from it.
            records.close()


@contextmanager
def told_clearly(path: Path) -> Iterator[None]:
    """What goes wrong while a file is read, said as UnreadableFile."""
    try:
        yield
    except FileNotFoundError as error:
        raise UnreadableFile(_("There is no file %(path)s.") % {"path": path}) from error
    except OSError as error:
        raise UnreadableFile(
            _("%(path)s cannot be read: %(reason)s") % {"path": path, "reason": error.strerror or error}
        ) from error
    except UnicodeError as error:
        raise UnreadableFile(
            _("The text is neither UTF-8 nor UTF-16. Save the file again as UTF-8.")
        ) from error
    except csv.Error as error:
        raise UnreadableFile(_("Not a CSV file: %(reason)s") % {"reason": error}) from error


def _rows(path: Path, records: Iterator, columns: list[str]) -> Iterator[RawRow]:
    with told_clearly(path):
        for line, values in records:
            cells = {name: restored(value) for name, value in zip(columns, values, strict=False) if name}
            if any(value.strip() for value in cells.values()):
                yield RawRow(line, cells)


def _columns(header: list[str]) -> list[str]:
    columns = [fold(name.replace("_", " ")).replace(" ", "_") for name in header]
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        raise UnreadableFile(_("Missing columns: %(columns)s") % {"columns": ", ".join(missing)})
    twice = sorted({name for name in columns if name and columns.count(name) > 1})
    if twice:
        raise UnreadableFile(_("Columns that occur twice: %(columns)s") % {"columns": ", ".join(twice)})
    return columns


def _records(file: io.BufferedReader, separator_of: Callable[[TextIO], str] | None = None) -> Iterator:
    """First the number of lines, then (line, values) of each record, the header's included."""
    is_workbook = file.read(4) == b"PK\x03\x04"
    file.seek(0)
    if is_workbook:
        yield from _workbook_records(file)
    else:
        yield from _text_records(file, separator_of or _separator_of_head)


def _text_records(file: io.BufferedReader, separator_of: Callable[[TextIO], str]) -> Iterator:
    start = file.read(SNIFFED_BYTES)
    encoding = _encoding(start)
    file.seek(0)
    yield sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b""))
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        separator = separator_of(text)
        text.seek(0)
        reader = csv.reader(text, delimiter=separator, strict=True)
        line = 1
        for values in reader:
            yield line, values
            line = reader.line_num + 1
    finally:
        text.detach()


def _encoding(start: bytes) -> str:
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    # Without a byte order mark a column name in UTF-16 shows by the zero in each of its characters.
    if start[1:2] == b"\0":
        return "utf-16-le"
    if start[:1] == b"\0":
        return "utf-16-be"
    return "utf-8-sig"


def _separator_of_head(text: TextIO) -> str:
    return max(SEPARATORS, key=text.readline().count)


def _most_used_separator(text: TextIO) -> str:
    """By lines on which it stands at all: words hold commas, but seldom on each line."""
    lines = text.read(SNIFFED_BYTES).splitlines()
    return max(SEPARATORS, key=lambda separator: sum(line.count(separator) > 1 for line in lines))


def _workbook_records(file: io.BufferedReader) -> Iterator:
    try:
        workbook = openpyxl.load_workbook(file, read_only=True, data_only=True)
    except (
        openpyxl.utils.exceptions.InvalidFileException,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
    ) as error:
        raise UnreadableFile(_("Not an XLSX workbook.")) from error
    try:
        sheet = workbook.active
        yield sheet.max_row or 0
        for line, values in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield line, [_cell_text(value) for value in values]
    finally:
        workbook.close()


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    return str(value)
