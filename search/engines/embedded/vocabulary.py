"""The words that an index holds: which begin so, which are similar.

tantivy can ask for both itself, but walks through its dictionary anew in every question and every field. Here
the words are found once and asked for by name.
"""

import string
from collections.abc import Iterable, Iterator
from functools import cached_property

import tantivy

from search.conditions import Prefix, Similar

LETTERS = string.ascii_lowercase + string.digits
#: The field whose words hold those of all fields that are asked with typing errors.
WIDEST = "words"
SHORTEST_FOR_TWO_EDITS = 5


class Vocabulary:
    """Words of one commit of the index."""

    def __init__(self, searcher: tantivy.Searcher):
        self._searcher = searcher

    def words(self, condition: Prefix | Similar) -> list[str]:
        """The words that fulfil the condition, in a fixed order."""
        if isinstance(condition, Prefix):
            found = self._searcher.terms_with_prefix(condition.field, condition.value)
            return [word for word, _number in found]
        if condition.edits == 1:
            return sorted(self._all.intersection(one_edit_away(condition.value)))
        return sorted(two_edits_away(condition.value, self._long))

    @cached_property
    def _all(self) -> frozenset[str]:
        return frozenset(word for word, _number in self._searcher.terms_with_prefix(WIDEST, ""))

    @cached_property
    def _long(self) -> list[str]:
        return [word for word in self._all if len(word) >= SHORTEST_FOR_TWO_EDITS and word.isascii()]


def one_edit_away(word: str) -> Iterator[str]:
    """The word, and all that differ by one letter missing, added, wrong, or two swapped.

    Only unmarked letters are tried: a word with one mark more is indexed without it as well.
    """
    yield word
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        if after:
            yield before + after[1:]
            for letter in LETTERS:
                yield before + letter + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in LETTERS:
            yield before + letter + after


def two_edits_away(word: str, words: Iterable[str]) -> Iterator[str]:
    """Those of the words that differ by at most two edits."""
    near = set(one_edit_away(word))
    letters = set(word)
    for other in words:
        if abs(len(other) - len(word)) > 2 or len(letters.symmetric_difference(other)) > 4:
            continue
        if other in near or distance(word, other, 2) <= 2:
            yield other


def distance(one: str, other: str, most: int) -> int:
    """Letters missing, added, wrong or swapped with their neighbours; ``most + 1`` stands for any more."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for column, against in enumerate(other, 1):
            cost = min(last[column] + 1, line[-1] + 1, last[column - 1] + (letter != against))
            is_swap = row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == against
            if is_swap:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        if min(line) > most:
            return most + 1
        before, last = last, line
    return last[-1]
