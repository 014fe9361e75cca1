"""Text as the index holds it. All engines are given tokens from here and only split at spaces.

A *folded* token has neither marks nor capitals (``trà`` and ``TRA`` are ``tra``), a *kept* one still has its
marks, in NFC and with the tone where the newer spelling puts it (``hoà`` is ``hòa``).
"""

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

LONGEST_TOKEN = 40
MOST_WORDS = 12
#: Between the words of a pair that is indexed as one token; no word contains it.
JOINT = "_"
BEGIN = "^"
WHOLE = "="

STARS_IN_FIGURES = re.compile(r"(?<!\w)([345])\s*(?:sao|stars?|\*|★|⭐)(?!\w)", re.IGNORECASE)
STARS_IN_WORDS = re.compile(r"(?<!\w)(ba|bốn|năm)\s+sao(?!\w)", re.IGNORECASE)
STAR_WORDS = {"ba": 3, "bốn": 4, "năm": 5}
#: Words that say nothing here, where everything is of the programme.
NOISE = frozenset({"ocop"})

_OLD_TONES = re.compile(r"(?:o[àáảãạèéẻẽẹ]|(?<!q)u[ỳýỷỹỵ])(?!\w)")
_NEW_TONES = {
    f"{glide}{old}": f"{new}{vowel}"
    for glide, vowel, olds, news in (
        ("o", "a", "àáảãạ", "òóỏõọ"),
        ("o", "e", "èéẻẽẹ", "òóỏõọ"),
        ("u", "y", "ỳýỷỹỵ", "ùúủũụ"),
    )
    for old, new in zip(olds, news, strict=True)
}
#: ST25, OM 5451: short letters before a number.
_LETTERS_AND_NUMBER = re.compile(r"([a-z]{1,2})([0-9]{1,5})")
#: Syllables that are written with i or y alike: mì and mỳ, kỹ and kĩ.
_I_OR_Y = re.compile(r"([hklmst]|qu)([iy])")
_I_FOR_Y = str.maketrans("iìíỉĩịyỳýỷỹỵ", "yỳýỷỹỵiìíỉĩị")

Phrase = tuple[str, ...]


class _Folding(dict):
    """Letters without marks and capitals; what is no letter or digit is a space."""

    def __missing__(self, code: int) -> str:
        letters = unicodedata.normalize("NFKD", chr(code).replace("đ", "d").replace("Đ", "d")).casefold()
        bare = "".join(char for char in letters if not unicodedata.combining(char))
        folded = "".join(char if char.isalnum() else " " for char in bare)
        self[code] = folded
        return folded


class _Spaces(dict):
    """What is neither letter, digit nor mark is a space."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        kept = char if char.isalnum() or unicodedata.combining(char) else " "
        self[code] = kept
        return kept


_FOLDING, _SPACES = _Folding(), _Spaces()


def folded_tokens(text: str) -> list[str]:
    """The words of a text without marks and capitals."""
    return [token[:LONGEST_TOKEN] for token in text.translate(_FOLDING).split()]


def kept_tokens(text: str) -> list[str]:
    """The words of a text in small letters with their marks."""
    kept = unicodedata.normalize("NFC", text).lower().translate(_SPACES)
    kept = _OLD_TONES.sub(lambda found: _NEW_TONES[found[0]], kept)
    return [token[:LONGEST_TOKEN] for token in kept.split()]


def all_tokens(text: str) -> list[str]:
    """The words of a text, folded and kept."""
    folded, kept = folded_tokens(text), kept_tokens(text)
    return folded if kept == folded else folded + kept


def name_forms(tokens: list[str]) -> list[str]:
    """What a name of these words is found by beside them: neighbours, its beginnings and all of it."""
    if not tokens:
        return []
    forms = [f"{one}{JOINT}{next_one}" for one, next_one in pairwise(tokens)]
    forms += beginning(tokens[:1]), beginning(tokens[:2]), beginning(tokens[:3]), whole(tokens)
    return forms


def beginning(tokens: list[str]) -> str:
    """The term of a name that begins with these words."""
    return BEGIN + JOINT.join(tokens)


def whole(tokens: list[str]) -> str:
    """The term of a name that consists of these words."""
    return (WHOLE + JOINT.join(tokens))[:250]


def shorthand_terms(tokens: list[str]) -> list[str]:
    """Other ways in which a name of these words is typed: two in one (``battrang``), initials (``nmpq``)."""
    joined = [one + next_one for one, next_one in pairwise(tokens)]
    letters = "".join(token[0] for token in tokens)
    initials = [
        letters[start : start + count] for count in (2, 3, 4) for start in range(len(letters) - count + 1)
    ]
    return [*joined, *initials, letters]


def spaced_variants(
    words: list[tuple[str, str]], start: int
) -> tuple[int, tuple[tuple[Phrase, Phrase], ...]]:
    """How else a name of letters and a number is written, together (ST25) or apart: folded and kept.

    The number says how many words it takes from ``start`` on; ``words`` are pairs of folded and kept tokens.
    """
    folded, kept = words[start]
    if found := _LETTERS_AND_NUMBER.fullmatch(folded):
        return 1, ((found.groups(), (kept[: -len(found[2])], found[2])),)
    if start + 1 < len(words):
        number, as_written = words[start + 1]
        if _LETTERS_AND_NUMBER.fullmatch(folded + number) and number.isdigit():
            return 2, (((folded + number,), (kept + as_written,)),)
    return 1, ()


def spelling_variants(folded: str, kept: str) -> tuple[tuple[Phrase, Phrase], ...]:
    """The same syllable with i for y or y for i, where both are written; folded and kept."""
    if found := _I_OR_Y.fullmatch(folded):
        other = found[1] + ("y" if found[2] == "i" else "i")
        return (((other,), (kept[:-1] + kept[-1].translate(_I_FOR_Y),)),)
    return ()


@dataclass(frozen=True, slots=True)
class Slot:
    """One thing that the words ask for: as typed, and other words that mean the same.

    ``folded`` and ``kept`` are the typed tokens, mostly one, several for a phrase that has synonyms;
    ``others`` are the synonyms, folded, and ``others_kept`` the same with their marks.
    """

    folded: Phrase
    kept: Phrase
    others: tuple[Phrase, ...] = ()
    others_kept: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """The words of a query, understood: ``stars`` are those that the words name, ``4 sao``."""

    slots: tuple[Slot, ...] = ()
    stars: int | None = None

    @property
    def folded(self) -> list[str]:
        return [token for slot in self.slots for token in slot.folded]

    @property
    def kept(self) -> list[str]:
        return [token for slot in self.slots for token in slot.kept]

    @property
    def has_marks(self) -> bool:
        return self.folded != self.kept


def understand(text: str, synonyms) -> Wanted:
    """The words of a query as slots, with the stars that they name taken out.

    ``synonyms`` is a `search.synonyms.Synonyms`.
    """
    text = unicodedata.normalize("NFC", text)
    stars = None
    if found := STARS_IN_FIGURES.search(text):
        stars = int(found[1])
    elif found := STARS_IN_WORDS.search(text):
        stars = STAR_WORDS[found[1].lower()]
    if found:
        text = f"{text[: found.start()]} {text[found.end() :]}"
    words = [(folded_tokens(word), word) for word in kept_tokens(text)]
    words = [(folded[0], word) for folded, word in words if len(folded) == 1][:MOST_WORDS]
    telling = [pair for pair in words if pair[0] not in NOISE]
    if telling or stars:
        words = telling
    return Wanted(tuple(_slots(words, synonyms)), stars)


def _slots(words: list[tuple[str, str]], synonyms) -> list[Slot]:
    slots = []
    start = 0
    while start < len(words):
        count, others = synonyms.longest(words, start)
        if not others:
            count, others = spaced_variants(words, start)
        folded, kept = zip(*words[start : start + count], strict=True)
        if count == 1:
            others = (*others, *spelling_variants(folded[0], kept[0]))
        slots.append(
            Slot(
                folded,
                kept,
                tuple(dict.fromkeys(phrase for phrase, _marked in others)),
                tuple(dict.fromkeys(marked for _phrase, marked in others)),
            )
        )
        start += count
    return slots
