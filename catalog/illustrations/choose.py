"""Which drawing fits a product: by words of its name, else by its set, else by its group."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from .words import SECTIONS

# For names that say nothing; the sets are those of Decision 26/2026/QĐ-TTg.
SETS = {
    1: "veg",
    2: "eggs",
    3: "rice",
    4: "honey",
    5: "bun",
    6: "noodles",
    7: "driedfood",
    8: "giolua",
    9: "sauce",
    10: "spices",
    11: "tea",
    12: "herbtea",
    13: "coffee",
    14: "spirits",
    15: "infusion",
    16: "water",
    17: "juice",
    18: "capsules",
    19: "cream",
    20: "herbal",
    21: "bamboo",
    22: "silk",
    23: "flowers",
    24: "bonsai",
    25: "goldfish",
    26: "tour",
}
GROUPS = {
    "food": "fruit",
    "drinks": "juice",
    "herbs": "herbal",
    "crafts": "bamboo",
    "plants": "flowers",
    "tourism": "tour",
}
FALLBACK = "bamboo"

SETS_OF_GROUP = {
    "food": frozenset(range(1, 14)),
    # Tea and coffee were drinks, teas of plants herbs, under the acts before 2026.
    "drinks": frozenset(range(11, 18)),
    "herbs": frozenset({12, 18, 19, 20}),
    "crafts": frozenset({21, 22}),
    "plants": frozenset({23, 24, 25}),
    "tourism": frozenset({26}),
}
ALL_SETS = frozenset(SETS)

# Both spellings are current; the table has the first.
_SPELLINGS = {
    **{"oà": "òa", "oá": "óa", "oả": "ỏa", "oã": "õa", "oạ": "ọa"},
    **{"oè": "òe", "oé": "óe", "oẻ": "ỏe", "oẽ": "õe", "oẹ": "ọe"},
    **{"uỳ": "ùy", "uý": "úy", "uỷ": "ủy", "uỹ": "ũy", "uỵ": "ụy"},
}
_OPEN_SYLLABLE = re.compile(rf"(?<![qQ])({'|'.join(_SPELLINGS)})\b")


class Phrase(NamedTuple):
    """The syllables that a name must have: all parts, in this order."""

    parts: tuple[tuple[str, ...], ...]
    drawing: str
    sets: frozenset[int]

    @property
    def length(self) -> int:
        return sum(len(part) for part in self.parts)

    def start_in(self, name: tuple[str, ...]) -> int | None:
        """The syllable of the name at which the phrase starts, or None."""
        start = _find(self.parts[0], name, 0)
        end = start
        for part in self.parts:
            end = _find(part, name, end) if end is not None else None
            end = end + len(part) if end is not None else None
        return start if end is not None else None


def choose(name: str, set_number: int | None = None, group: str | None = None) -> str:
    """Name of the drawing for a product of this name, set (1 to 26) and group (its code)."""
    possible = frozenset({set_number}) if set_number in SETS else SETS_OF_GROUP.get(group, ALL_SETS)
    by_name = _by_words(_syllables(name), possible)
    return by_name or SETS.get(set_number) or GROUPS.get(group) or FALLBACK


def _by_words(name: tuple[str, ...], sets: frozenset[int]) -> str | None:
    found = (
        (start, -phrase.length, number)
        for number, phrase in enumerate(_phrases())
        if phrase.sets & sets and (start := phrase.start_in(name)) is not None
    )
    best = min(found, default=None)
    return _phrases()[best[2]].drawing if best else None


@cache
def _phrases() -> tuple[Phrase, ...]:
    return tuple(_read_phrases())


def _read_phrases() -> Iterator[Phrase]:
    for section in SECTIONS:
        for drawing, words in section.words.items():
            for word in words.split(","):
                yield Phrase(tuple(_syllables(part) for part in word.split("+")), drawing, section.sets)


def _syllables(text: str) -> tuple[str, ...]:
    text = unicodedata.normalize("NFC", text).casefold()
    return tuple(re.findall(r"\w+", _OPEN_SYLLABLE.sub(lambda match: _SPELLINGS[match[0]], text)))


def _find(part: tuple[str, ...], name: tuple[str, ...], start: int) -> int | None:
    starts = range(start, len(name) - len(part) + 1)
    return next((at for at in starts if name[at : at + len(part)] == part), None)
