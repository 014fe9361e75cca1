"""The words that an index holds: which begin so, which are similar.

tantivy can ask for both itself, but walks through its dictionary anew in every question and every field. Here
the words are found once and asked for by name.
"""

from collections.abc import Iterable, Iterator

import tantivy

from search.conditions import Prefix, Similar
from search.spelling import distance


class Vocabulary:
    """Words of one commit of the index."""

    def __init__(self, searcher: tantivy.Searcher):
        self._searcher = searcher
        self._by_field: dict[str, tuple[frozenset[str], str]] = {}

    def words(self, condition: Prefix | Similar) -> list[str]:
        """The words that fulfil the condition, in a fixed order."""
        if isinstance(condition, Prefix):
            found = self._searcher.terms_with_prefix(condition.field, condition.value)
            return [word for word, _number in found]
        words, letters = self._words(condition.field)
        near = words.intersection(one_edit_away(condition.value, letters))
        if condition.edits > 1:
            near = near.union(two_edits_away(condition.value, words))
        return sorted(near)

    def _words(self, field: str) -> tuple[frozenset[str], str]:
        """All words of the field, and the letters that they consist of."""
        if field not in self._by_field:
            words = frozenset(word for word, _number in self._searcher.terms_with_prefix(field, ""))
            self._by_field[field] = words, "".join(sorted(set("".join(words))))
        return self._by_field[field]


def one_edit_away(word: str, letters: str) -> Iterator[str]:
    """The word, and all that differ by one letter missing, added, wrong, or two swapped."""
    yield word
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        if after:
            yield before + after[1:]
            for letter in letters:
                yield before + letter + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in letters:
            yield before + letter + after


def two_edits_away(word: str, words: Iterable[str]) -> Iterator[str]:
    """Those of the words that differ by at most two edits."""
    letters = set(word)
    for other in words:
        if abs(len(other) - len(word)) > 2 or len(letters.symmetric_difference(other)) > 4:
            continue
        if distance(word, other, 2) <= 2:
            yield other
