"""Finding the office's banned words in texts of sellers."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from catalog.models import BannedWord
from marketplace.core.exceptions import Refused
from marketplace.core.text import fold, nfc, strip_marks


def words_in(texts: Iterable[str]) -> list[BannedWord]:
    """The words of the office's list that stand in one of the texts; one query.

    Case and punctuation do not matter. Without its marks a word is found too, but with other marks it is
    another word.
    """
    sought = [_Text(text) for text in texts if text]
    return [word for word in BannedWord.objects.all() if any(word in text for text in sought)]


def words_of_code(code: str) -> list[BannedWord]:
    """The words of the office's list that a code is made of, written in one and with digits or without."""
    letters = _letters(code)
    return [word for word in BannedWord.objects.all() if letters and _letters(word.folded) == letters]


class BannedWords(Refused):
    """The texts have words that no seller may write; ``words`` names them."""

    def __init__(self, words: list[BannedWord]):
        self.words = words
        named = ", ".join(f"“{each.word}”" for each in words)
        super().__init__(_("These words are not allowed: %(words)s.") % {"words": named})


def checked_words(texts: Iterable[str]) -> list[str]:
    """The words that the office wants to look at; raises ``BannedWords`` for those that are refused."""
    found = words_in(texts)
    refused = [word for word in found if word.rule == BannedWord.Rule.REFUSED]
    if refused:
        raise BannedWords(refused)
    return [word.word for word in found]


class _Text:
    """A text cut into its words, each as written and folded."""

    def __init__(self, text: str):
        self.written = _written(text)
        self.folded = [fold(each) for each in self.written]

    def __contains__(self, word: BannedWord) -> bool:
        parts = _written(word.word)
        width = len(parts)
        return any(
            all(map(_is_same, self.written[start : start + width], parts))
            for start in range(len(self.written) - width + 1)
            if " ".join(self.folded[start : start + width]) == word.folded
        )


def _written(text: str) -> list[str]:
    """Words in lower case with their marks; punctuation is between words."""
    spaced = "".join(char if char.isalnum() or char == "_" else " " for char in nfc(text).casefold())
    return spaced.split()


def _is_same(written: str, sought: str) -> bool:
    return written == sought or written == strip_marks(sought)


def _letters(text: str) -> str:
    return "".join(char for char in fold(text) if char.isalpha())
