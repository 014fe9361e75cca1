"""Reading what banks and carriers write: where the list begins, which column is what, amounts and days.

Their files differ: lines of address before the head, credit and debit in two columns or one with a sign,
amounts in three spellings. So a person names the columns once for each kind of file, and a file with the same
heads is read without asking.
"""

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from catalog.domain.importing.reading import UnreadableFile, open_records, told_clearly
from marketplace.core import clock
from marketplace.core.text import fold, nfc

HEAD_WITHIN = 60
"""Lines in which the head of the list is looked for."""

LEAST_HEADS = 2
MOST_VND = 10**12
"""More than anybody transfers: what is above it is no amount."""

_DECIMALS = re.compile(r"[.,][0-9]{1,2}$")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_YEAR_FIRST = re.compile(r"([0-9]{4})[/-]([0-9]{1,2})[/-]([0-9]{1,2})")
_CURRENCY = re.compile(r"(vnd|vnđ|đ|₫|đồng)\.?$", re.IGNORECASE)
_GROUPS = re.compile(r"[., \u00a0]")


class NoSuchColumns(UnreadableFile):
    """No line of the file has the heads that were named."""


@dataclass(frozen=True)
class Head:
    """The line that names the columns, and the columns as they are written there."""

    line: int
    names: tuple[str, ...]


def find_head(path: Path) -> Head:
    """The likeliest head: the first of the lines with most words in their cells. Raises UnreadableFile."""
    with open_records(path) as records, told_clearly(path):
        first = list(islice(records, HEAD_WITHIN))
    lines = [(line, [nfc(cell) for cell in cells]) for line, cells in first]
    if not lines:
        raise UnreadableFile(_("The file is empty."))
    line, names = max(lines, key=lambda each: sum(_is_word(cell) for cell in each[1]))
    if sum(map(_is_word, names)) < LEAST_HEADS:
        raise UnreadableFile(_("No line of the file names its columns."))
    return Head(line, tuple(names))


def read_columns(path: Path, heads: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """The cells of each line under these heads, by what they hold; read as they are asked for.

    Raises ``NoSuchColumns`` where no line has all of them, and UnreadableFile.
    """
    wanted = {name: fold(head) for name, head in heads.items() if head}
    with open_records(path) as records, told_clearly(path):
        places = _places(islice(records, HEAD_WITHIN), wanted)
        for _line, cells in records:
            yield {name: _cell(cells, at) for name, at in places.items()}


def amount_of(text: str) -> int:
    """Whole VND as a bank writes them: ``1.250.000``, ``+1,250,000.00 VND``, ``-50000``; empty is 0.

    Raises ValueError for what is no amount, or too large for one.
    """
    bare = _CURRENCY.sub("", text.strip()).strip()
    if not bare or bare == "-":
        return 0
    sign = -1 if bare.startswith(("-", "(")) else 1
    bare = _DECIMALS.sub("", bare.strip("+-() "))
    digits = _GROUPS.sub("", bare)
    if not digits.isascii() or not digits.isdigit():
        raise ValueError(f"no amount: {text!r}")
    amount = int(digits)
    if amount > MOST_VND:
        raise ValueError(f"too large for an amount: {text!r}")
    return sign * amount


def day_of(text: str) -> datetime.date:
    """The day of ``24/11/2026 09:15``, ``2026-11-24`` and the like; raises ValueError."""
    if found := _DAY_FIRST.search(text):
        day, month, year = map(int, found.groups())
    elif found := _YEAR_FIRST.search(text):
        year, month, day = map(int, found.groups())
    else:
        raise ValueError(f"no day: {text!r}")
    found_day = datetime.date(year, month, day)
    if not clock.is_reckonable(found_day):
        raise ValueError(f"a day of another century: {text!r}")
    return found_day


def _places(first: Iterator[tuple[int, list[str]]], wanted: Mapping[str, str]) -> dict[str, int]:
    for _line, cells in first:
        names = [fold(cell) for cell in cells]
        if all(head in names for head in wanted.values()):
            return {name: names.index(head) for name, head in wanted.items()}
    raise NoSuchColumns(_("No line of the file has the columns that you named before. Name them again."))


def _cell(cells: list[str], at: int) -> str:
    """What stands there, without the character that PostgreSQL takes in no text."""
    return cells[at].replace("\0", "").strip() if at < len(cells) else ""


def _is_word(cell: str) -> bool:
    return any(char.isalpha() for char in cell) and not any(char.isdigit() for char in cell)
