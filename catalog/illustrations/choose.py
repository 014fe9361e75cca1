"""Which drawing fits a product: by words of its name, else by its set, else by its group."""

import json
import re
import unicodedata
from pathlib import Path

# Words of names, by drawing: the one that stands first decides, of two that start together the longer one.
WORDS: dict[str, list[str]] = json.loads((Path(__file__).parent / "words.json").read_text())

SETS = {
    1: "veg",
    2: "eggs",
    3: "rice",
    4: "honey",
    5: "cake",
    6: "noodles",
    7: "nuts",
    8: "giolua",
    9: "sauce",
    10: "roots",
    11: "tea",
    12: "herbal",
    13: "coffee",
    14: "spirits",
    15: "spirits",
    16: "water",
    17: "juice",
    18: "herbal",
    19: "essence",
    20: "essence",
    21: "bamboo",
    22: "silk",
    23: "orchid",
    24: "kumquat",
    25: "goldfish",
    26: "tour",
}

GROUPS = {
    "food": "rice",
    "drinks": "juice",
    "herbs": "herbal",
    "crafts": "bamboo",
    "living": "orchid",
    "tourism": "tour",
}
FALLBACK = "bamboo"

# A word of the name counts only where it can be true of the set: a fish of wood is no fish.
_CRAFT_SETS = {21, 22}
_CRAFT = frozenset(
    """
    bamboo bowls bowls-gold bowls-red ceramic drum goldpot goldvase hoop incense lacquer lamp lute patch silk
    teaset tee tohe tote
    """.split()  # noqa: SIM905 - a list of names is easier to read this way
)


def _phrases() -> list[tuple[str, str]]:
    pairs = ((phrase, name) for name, phrases in WORDS.items() for phrase in phrases)
    return sorted(pairs, key=lambda pair: -len(pair[0]))


_PHRASES = [(re.compile(rf"(?<!\w){re.escape(phrase)}(?!\w)"), name) for phrase, name in _phrases()]


def choose(name: str, set_number: int | None = None, group: str | None = None) -> str:
    """Name of the drawing for a product of this name, set (1 to 26) and group (its code)."""
    by_name = _by_words(unicodedata.normalize("NFC", name).casefold(), set_number)
    return by_name or SETS.get(set_number) or GROUPS.get(group) or FALLBACK


def _by_words(name: str, set_number: int | None) -> str | None:
    best = None
    for phrase, drawing in _PHRASES:
        if set_number is not None and (set_number in _CRAFT_SETS) != (drawing in _CRAFT):
            continue
        found = phrase.search(name)
        if found and (best is None or found.start() < best[0]):
            best = (found.start(), drawing)
    return best[1] if best else None
