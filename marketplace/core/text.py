"""Text in one form: NFC for storing, folded for comparing and searching."""

import re
import unicodedata

_SPACES = re.compile(r"\s+")
_NOT_WORD = re.compile(r"[^\w\s]+", re.UNICODE)
_NOT_SLUG = re.compile(r"[^a-z0-9]+")


def nfc(text: str) -> str:
    """The text in NFC, with runs of white space made one space and none at the ends."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()


def strip_marks(text: str) -> str:
    """The text without Vietnamese marks: ``Đường`` gives ``Duong``."""
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def fold(text: str) -> str:
    """The text as it is compared: no marks, lower case, punctuation as spaces, single spaces."""
    return _SPACES.sub(" ", _NOT_WORD.sub(" ", strip_marks(text).casefold())).strip()


def slugify(text: str, **_options: object) -> str:
    """The text as part of a URL path, ASCII and never empty; oscar passes options that do not matter here."""
    return _NOT_SLUG.sub("-", strip_marks(text).casefold()).strip("-") or "ocop"
