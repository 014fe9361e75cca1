"""As many made-up products as wanted, for trials of size: drawn from the real rows, plainly marked.

A made-up producer takes one of the real ones as its pattern: the kind of producer, the province and, for
each of its products, group, kind of goods, stars and year, so that all of these occur together as often as
in reality. Names of goods are those of real products of that kind without their own names; places are real
ones of the province; prices are the demo's illustrative ones.
"""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from functools import cache
from itertools import islice, takewhile
from random import Random
from typing import TextIO

from catalog.domain.importing.classifying import category_code, group_code
from catalog.domain.importing.reading import COLUMNS
from marketplace.core.text import strip_marks
from marketplace.regions.datafile import Unit, read_units
from marketplace.regions.names import UNIT_WORDS
from marketplace.sampledata.extras import price_row, price_within
from marketplace.sampledata.fictional import ILLUSTRATIVE_DECISION
from marketplace.sampledata.load import PRODUCTS
from marketplace.sampledata.made_up import MARK, own_names

SEED = 2026
PLACE_IN_NAME_SHARE = 0.2
VARIANTS = ("đặc biệt", "truyền thống", "hảo hạng", "cao cấp", "thượng hạng")

_ONE_SYLLABLE = re.compile(r"[^aeiouy]*[aeiouy]+[^aeiouy]*")
_THREE_LEVELS = re.compile(r"f[pdc]-\d+")
_WORDS_OF_COMPANIES = frozenset({"TNHH", "MTV", "Cổ"})
_WORDS_OF_UNITS = tuple(f"{word} " for word in UNIT_WORDS)
_FORMER_NAMES = {"Thừa Thiên Huế": "Huế"}
_FAMILY_NAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi")

RealRow = Mapping[str, str]


def _silent(steps: Iterable, **_description) -> Iterable:
    return steps


def write_csv(file: TextIO, count: int, seed: int = SEED, *, progress: Callable = _silent) -> None:
    """Write ``count`` rows in the importer's columns; open the file with ``newline=""``."""
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    writer.writerows(progress(generate(count, seed), total=count, desc="generated", unit=" products"))


def generate(count: int, seed: int = SEED) -> Iterator[tuple[str, ...]]:
    """The first ``count`` rows of an endless list, in the order of ``COLUMNS``; one list for each seed."""
    return islice(_endless(Random(f"ocop {seed}")), count)  # noqa: S311 - not for secrets


def _endless(chance: Random) -> Iterator[tuple[str, ...]]:
    patterns = _patterns()
    for own_name in own_names(chance):
        yield from _products(own_name, _one_of(patterns, chance), chance)


def _products(own_name: str, pattern: Sequence[RealRow], chance: Random) -> Iterator[tuple[str, ...]]:
    """What one producer makes; for a pattern without a producer one product without."""
    first = pattern[0]
    producer = _producer_name(first, own_name, chance)
    district, commune = _place(first["province"], chance)
    taken: set[str] = set()
    for row in pattern:
        goods = _goods(row, taken, chance)
        row_district = district if row["district"] or row["commune"] else ""
        row_commune = commune if row["commune"] else ""
        place = row_commune or row_district
        is_named = chance.random() < PLACE_IN_NAME_SHARE and not place.startswith(_WORDS_OF_UNITS)
        price, unit = _price_and_unit(goods, row, chance)
        yield (
            " ".join(filter(None, (goods, place if is_named else "", own_name))),
            producer,
            row["producer_kind"],
            row_commune,
            row_district,
            row["province"],
            row["group"],
            row["stars"],
            row["potential_5"],
            row["recognised_year"],
            ILLUSTRATIVE_DECISION,
            str(price) if producer else "",
            unit,
            "",
            row["category_hint"],
        )


@cache
def _real_rows() -> tuple[RealRow, ...]:
    with PRODUCTS.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def _patterns() -> tuple[tuple[RealRow, ...], ...]:
    """The rows of each real producer; those without one stand alone."""
    by_producer = defaultdict(list)
    for number, row in enumerate(_real_rows()):
        alone = None if row["producer_name"] else number
        by_producer[row["producer_name"], row["province"], alone].append(row)
    return tuple(map(tuple, by_producer.values()))


# --- names
def _producer_name(row: RealRow, own_name: str, chance: Random) -> str:
    """``Hợp tác xã Đạt Phát (minh hoạ)``; empty where the pattern has no producer."""
    if not row["producer_name"]:
        return ""
    form = _leading_words(row["producer_name"], also=_WORDS_OF_COMPANIES) if row["producer_kind"] else ""
    return f"{form or _one_of(_FAMILY_NAMES, chance)} {own_name} {MARK}"


def _goods(row: RealRow, taken: set[str], chance: Random) -> str:
    """The name of goods of the row's kind, another one each time for one producer."""
    names = _names_of_goods()[row["category_hint"], row["group"]]
    start = int(chance.random() * len(names))
    variants = ["", *VARIANTS, *(f"loại {number}" for number in range(1, len(taken) + 2))]
    for variant in variants:
        for name in (*names[start:], *names[:start]):
            goods = f"{name} {variant}".rstrip()
            if goods not in taken:
                taken.add(goods)
                return goods
    raise AssertionError("one variant more than names taken")


@cache
def _names_of_goods() -> Mapping[tuple[str, str], Sequence[str]]:
    """By kind and group: the real names up to the first proper name, and what is no proper name by itself."""
    names = defaultdict(set)
    for row in _real_rows():
        goods = _leading_words(row["product_name"])
        if " " in goods or category_code(name=goods, group=None, hint="") is not None:
            names[row["category_hint"], row["group"]].add(goods)
    return {kind: sorted(found) for kind, found in names.items()}


def _leading_words(name: str, also: Set[str] = frozenset()) -> str:
    """The words before the first proper name; empty if the name begins with one that is not Vietnamese."""
    words = name.split()
    if not _ONE_SYLLABLE.fullmatch(strip_marks(words[0]).lower()):
        return ""
    rest = takewhile(lambda word: (word.islower() and word.isalpha()) or word in also, words[1:])
    return " ".join([words[0], *rest])


# --- places
def _place(province: str, chance: Random) -> tuple[str, str]:
    """A district of the province, as it was until 2025, and a commune of it."""
    districts = _districts()[province]
    district, communes = _one_of(districts, chance)
    return district, _one_of(communes, chance)


@cache
def _districts() -> Mapping[str, Sequence[tuple[str, Sequence[str]]]]:
    """The districts of each province with their communes, by the names that lists write."""
    children = defaultdict(list)
    units = [unit for unit in read_units() if _THREE_LEVELS.fullmatch(unit.key)]
    for unit in units:
        children[unit.parent].append(unit)
    provinces = {
        unit.short_name: [
            (name, list(_names_in_lists(children[district.key]).values()))
            for district, name in _names_in_lists(children[unit.key]).items()
            if children[district.key]
        ]
        for unit in units
        if unit.kind == "province"
    }
    return provinces | {former: provinces[name] for former, name in _FORMER_NAMES.items()}


def _names_in_lists(units: Sequence[Unit]) -> dict[Unit, str]:
    """Units of one parent by their short names, or by the whole ones where the short would not do."""
    short_names = Counter(unit.short_name for unit in units)
    return {
        unit: unit.name if unit.short_name.isdigit() or short_names[unit.short_name] > 1 else unit.short_name
        for unit in units
    }


# --- prices and chance
def _price_and_unit(goods: str, row: RealRow, chance: Random) -> tuple[int, str]:
    prices = price_row(_set_number(goods, row["group"], row["category_hint"]))
    return price_within(prices, chance.random()), prices["unit"]


@cache
def _set_number(goods: str, group: str, hint: str) -> int | None:
    code = category_code(name=goods, group=group_code(group), hint=hint)
    return int(code.removeprefix("set-")) if code and code.startswith("set-") else None


def _one_of(sequence: Sequence, chance: Random):
    """Not Random.choice: only random() gives the same in every version of Python."""
    return sequence[int(chance.random() * len(sequence))]
