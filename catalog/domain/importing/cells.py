"""Cells as spreadsheets keep them: nothing that a list says is ever run as a formula."""

import re

from marketplace.core.text import nfc

_INVISIBLE = re.compile(r"[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u00ad\u200b-\u200f\u2060\ufeff]")
# What spreadsheets take for the beginning of a formula, with full-width forms, behind any apostrophes.
_LIKE_FORMULA = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_APOSTROPHE = "'"


def clean(text: str) -> str:
    """The text in NFC, without characters that nobody sees and with single spaces."""
    return nfc(_INVISIBLE.sub("", text))


def neutralised(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet would run; ``restored`` takes it off again."""
    return _APOSTROPHE + text if _LIKE_FORMULA.match(text) else text


def restored(text: str) -> str:
    """The text that ``neutralised`` was given, and any other as it is."""
    return text[1:] if text.startswith(_APOSTROPHE) and _LIKE_FORMULA.match(text) else text
