"""Text in one form: NFC for storing, folded for comparing and searching."""

import re
import unicodedata

_WORDS = re.compile(r"\w+")
_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_VIETNAMESE_ENDS = 0x2000
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class _WithoutMarks(dict):
    """A table for ``str.translate``, filled as characters occur; those of other scripts are not kept."""

    def __missing__(self, code: int) -> str:
        char = {"đ": "d", "Đ": "D"}.get(chr(code), chr(code))
        bare = "".join(part for part in unicodedata.normalize("NFD", char) if not unicodedata.combining(part))
        if code < _VIETNAMESE_ENDS:
            self[code] = bare
        return bare


_WITHOUT_MARKS = _WithoutMarks()


def nfc(text: str) -> str:
    """The text in NFC, with runs of white space made one space and none at the ends."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def nfc_lines(text: str) -> str:
    """The text in NFC with the line breaks that were typed, but never two empty lines in a row."""
    lines = [nfc(line) for line in text.splitlines()]
    return "\n".join(line for at, line in enumerate(lines) if line or (at and lines[at - 1])).strip()


def without_controls(text: str) -> str:
    """The text without the characters that neither XML nor a workbook can hold."""
    return _CONTROLS.sub("", text)


def strip_marks(text: str) -> str:
    """The text without Vietnamese marks: ``Đường`` gives ``Duong``."""
    return text if text.isascii() else text.translate(_WITHOUT_MARKS)


def fold(text: str) -> str:
    """The text as it is compared: no marks, lower case, punctuation as spaces, single spaces."""
    return " ".join(_WORDS.findall(strip_marks(text).casefold()))


def slugify(text: str, **_options: object) -> str:
    """The text as part of a URL path, ASCII and never empty; oscar passes options that do not matter here."""
    return _NOT_SLUG.sub("-", strip_marks(text).casefold()).strip("-") or "ocop"
