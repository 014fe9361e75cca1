"""Slugs without Vietnamese marks, made in the browser while an editor types the title."""

import re
from collections import defaultdict

from wagtail.admin.widgets import SlugInput

from marketplace.core.text import strip_marks

_LETTERS_WITH_MARKS = range(0xC0, 0x1F00)
_COMBINING_MARKS = (re.compile("[\u0300-\u036f]"), "")


def _replacements() -> list[tuple[re.Pattern, str]]:
    """The letters with marks for each letter without; Wagtail's own list knows few of them."""
    marked = defaultdict(list)
    for letter in map(chr, _LETTERS_WITH_MARKS):
        bare = strip_marks(letter).lower()
        if bare.isascii() and bare.isalpha():
            marked[bare].append(letter)
    return [(re.compile(f"[{''.join(letters)}]"), bare) for bare, letters in sorted(marked.items())]


class MarklessSlug(SlugInput):
    """Wagtail's field for slugs, which drops letters that it does not know: so they come to it bare."""

    def __init__(self, **kwargs):
        super().__init__(formatters=[*_replacements(), _COMBINING_MARKS], **kwargs)
