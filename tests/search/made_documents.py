"""Documents out of a few words, and what a condition means, said in plain Python."""

from functools import cache, singledispatch
from random import Random

from search.conditions import Between, Condition, Every, OneOf, Prefix, Similar, Some, Term, Unless
from search.document import FIELDS, LABEL_JOINT, Document, Kind

# Words one and two errors apart, such that begin alike, and with letters beyond ASCII.
WORDS = (
    *("tra", "tran", "trau", "trang", "trà", "trân", "sen", "sem", "shen", "seen", "en", "nes"),
    *("banh", "bahn", "bnah", "bánh", "banhs", "khoai", "hkoai", "khoia", "khoaii", "gom", "gốm", "mg"),
    *("nguyenlieu", "nguyenleiu", "ngyuenlieu", "nguyenlie", "nguyenl", "đường", "đuong", "duong", "d"),
)
KEYS = tuple(f"c-{number}" for number in range(6))
NUMBERS = tuple(range(8))
TEXTS = tuple(name for name, kind in FIELDS.items() if kind == Kind.TEXT)
ASKED_NUMBERS = tuple(name for name, kind in FIELDS.items() if kind == Kind.NUMBER and name != "pk")
RANGED = ("price", "stars_until", "gone_on", "stock_until", "shelves")


def made_documents(count: int, seed: int = 1) -> list[Document]:
    """The same ones for the same seed."""
    chance = Random(seed)
    return [_document(pk, chance) for pk in range(1, count + 1)]


def _document(pk: int, chance: Random) -> Document:
    def value(name: str, kind: Kind):
        match kind:
            case Kind.TEXT:
                return " ".join(chance.sample(WORDS, chance.randint(0, 4)))
            case Kind.KEYWORDS:
                return tuple(chance.sample(KEYS, chance.randint(0, 3)))
            case Kind.LABEL:
                return chance.choice(["", *(f"{key}{LABEL_JOINT}Xã {key}" for key in KEYS)])
            case Kind.NUMBERS | Kind.FACTS:
                return tuple(chance.sample(NUMBERS, chance.randint(0, 3)))
        return pk if name == "pk" else chance.choice(NUMBERS)

    names = Document.__dataclass_fields__
    return Document(**{name: value(name, FIELDS[name]) for name in names})


def fitting(condition: Condition, documents: list[Document]) -> set[int]:
    """Ids of the documents that fulfil the condition."""
    return {each.pk for each in documents if _fits(condition, each)}


def _held(document: Document, field: str) -> tuple:
    value = getattr(document, field)
    if FIELDS[field] == Kind.TEXT:
        return tuple(value.split())
    return value if isinstance(value, tuple) else (value,)


@singledispatch
def _fits(condition: Condition, document: Document) -> bool:
    raise TypeError(condition)


@_fits.register
def _(condition: Term, document: Document) -> bool:
    return condition.value in _held(document, condition.field)


@_fits.register
def _(condition: OneOf, document: Document) -> bool:
    return not set(condition.values).isdisjoint(_held(document, condition.field))


@_fits.register
def _(condition: Prefix, document: Document) -> bool:
    return any(word.startswith(condition.value) for word in _held(document, condition.field))


@_fits.register
def _(condition: Similar, document: Document) -> bool:
    words = _held(document, condition.field)
    return any(distance(word, condition.value) <= condition.edits for word in words)


@_fits.register
def _(condition: Between, document: Document) -> bool:
    if condition.low is None and condition.high is None:
        return True
    low = -1 if condition.low is None else condition.low
    high = float("inf") if condition.high is None else condition.high
    return any(low <= number <= high for number in _held(document, condition.field))


@_fits.register
def _(condition: Every, document: Document) -> bool:
    return all(_fits(part, document) for part in condition.parts)


@_fits.register
def _(condition: Some, document: Document) -> bool:
    number = sum(_fits(part, document) for part in condition.parts)
    return bool(condition.parts) and number >= condition.at_least


@_fits.register
def _(condition: Unless, document: Document) -> bool:
    return not _fits(condition.part, document)


@cache
def distance(one: str, other: str) -> int:
    """Letters missing, added, wrong or swapped with their neighbour, no letter touched twice."""
    rows = [list(range(len(other) + 1))]
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, against in enumerate(other, 1):
            cost = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, rows[-2][j - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]
