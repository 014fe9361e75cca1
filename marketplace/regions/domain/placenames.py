"""Reading names of places as people and sources write them."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from marketplace.core.text import fold, nfc, strip_marks

UNIT_SPELLINGS = {
    "thành phố": {"thanh_pho"},
    "thị xã": {"thi_xa"},
    "thị trấn": {"thi_tran"},
    "đặc khu": {"dac_khu"},
    "phường": {"phuong"},
    "quận": {"quan"},
    "huyện": {"huyen"},
    "tỉnh": {"tinh"},
    "xã": {"xa"},
    "tp": {"thanh_pho"},
    "tx": {"thi_xa"},
    "tt": {"thi_tran"},
    "đk": {"dac_khu"},
    "p": {"phuong"},
    "q": {"quan"},
    "h": {"huyen"},
    "x": {"xa"},
    "t": {"tinh"},
}
TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}


@dataclass(frozen=True)
class Reading:
    """One way to read a text: the unit word in it, if any, and the name, marked and folded."""

    unit_types: frozenset[str]
    marked: str
    folded: str


@lru_cache(maxsize=20_000)
def readings(text):
    """Every way to read a text as a name of a unit, the likeliest first.

    `P. Vạn Phúc` is a ward called Vạn Phúc; `phuong dinh` may be the ward Đình or the commune
    Phương Đình, as nobody can tell without the marks, so both readings are given.
    """
    text = nfc(text).casefold().strip(" .,;:")
    if not text:
        return ()
    found = [_reading(frozenset(), text)]
    for word, unit_types in UNIT_SPELLINGS.items():
        for spelling in {word, strip_marks(word)}:
            rest = _after(spelling, text)
            if rest:
                reading = _reading(frozenset(unit_types), rest)
                if spelling != strip_marks(word) or len(spelling) <= 2:
                    found.insert(0, reading)
                else:
                    found.append(reading)
    return tuple(dict.fromkeys(found))


def marked_key(name):
    """A name for comparing with its marks: `Hoà Bình` and `Hòa  bình` are the same."""
    return " ".join(_tone_last(word) for word in _plain(nfc(name).casefold()).split())


def folded_key(name):
    """A name for comparing without its marks and spaces: `Đắk Lắk` and `Daklak` are the same."""
    key = fold(nfc(name)).replace(" ", "")
    return key.lstrip("0") or key if key.isdigit() else key


def _reading(unit_types, name):
    return Reading(unit_types, marked_key(name), folded_key(name))


def _after(word, text):
    """What follows a unit word: `q. 9`, `q.9`, `q9` and `quận 9` all give `9`; else ''."""
    match = re.match(rf"{re.escape(word)}(?:\s*\.\s*|\s+|(?=\d))(.+)$", text)
    if match is None and word == "tp":
        match = re.match(r"tp(\w.+)$", text)  # TPHCM
    return match[1] if match else ""


def _plain(text):
    return re.sub(r"[^\w\s]+", " ", text)


def _tone_last(word):
    """A syllable with its tone at the end, because the tone's place is a matter of taste."""
    letters = unicodedata.normalize("NFD", word)
    tones = "".join(letter for letter in letters if letter in TONES)
    number = word.lstrip("0") if word.isdigit() else ""
    return number or "".join(letter for letter in letters if letter not in TONES) + tones
