"""Typing errors: how far two words are apart, and what mistyped words were probably meant to be."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from django.db.models import QuerySet

from catalog.models import Product
from marketplace.core.prepared import Prepared
from search.analysis import Wanted, folded_tokens, kept_tokens

ONE_EDIT_FROM = 4
TWO_EDITS_FROM = 8
#: Words of three letters are not looked for with errors, but better ones are suggested.
SHORTEST_CORRECTED = 3
#: So many of the products that were found are looked at for the right spelling.
LOOKED_AT = 10


def edits_forgiven(token: str) -> int:
    """How many errors a word may have: none in short ones and in numbers."""
    if len(token) < ONE_EDIT_FROM or token.isdigit():
        return 0
    return 2 if len(token) >= TWO_EDITS_FROM else 1


def edits_guessed(token: str) -> int:
    """How many errors a word may have where nothing else is found: one in words of three letters too."""
    is_short = len(token) == SHORTEST_CORRECTED and not token.isdigit()
    return 1 if is_short else edits_forgiven(token)


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


def corrected(wanted: Wanted, ids: Sequence[int], is_known: Callable[[str], bool]) -> str:
    """What the words may have been meant to be, by the words of the products that were found nevertheless.

    Nearly every syllable is like another one: so a word that stands in the index (``is_known`` says that of a
    folded word) is taken for wrong only where the better words stand side by side in a product's name, and
    nothing is suggested that no single product has. Empty if no word is better spelt otherwise. One database
    query.
    """
    products = _products(ids[:LOOKED_AT])
    known = _words_of(products)
    spelt = _as_in_a_name(wanted, _spelt(wanted, known), [title for title, *_others in products])
    if not spelt:
        spelt = _spelt(wanted, known, is_known)
        if not any(_has_all(spelt, texts) for texts in products):
            return ""
    if spelt == wanted.kept:
        return ""
    return " ".join([*spelt, *([f"{wanted.stars} sao"] if wanted.stars else [])])


def _spelt(
    wanted: Wanted, known: dict[str, dict[str, int]], is_right: Callable[[str], bool] | None = None
) -> list[str]:
    """The words, those that no product has and that are not right anyway as the nearest one that some has."""
    spelt = []
    for folded, kept in zip(wanted.folded, wanted.kept, strict=True):
        is_there = not known or folded in known or (is_right is not None and is_right(folded))
        spelt.append(kept if is_there else _nearest(folded, known) or kept)
    return spelt


def _products(ids: Sequence[int]) -> list[tuple[str, ...]]:
    """The texts of these products in their order: the name first, then seller and places."""
    found = {pk: tuple(text for text in texts if text) for pk, *texts in _TEXTS.rows(ids=ids)}
    return [found[pk] for pk in ids if pk in found]


def _words_of(products: Sequence[tuple[str, ...]]) -> dict[str, dict[str, int]]:
    """The written forms of each folded word of the products, those of names and first ones counting most."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for place, (name, *others) in enumerate(products):
        weight = len(products) - place
        for text, times in ((name, 2), *((other, 1) for other in others)):
            for kept, folded in _pairs(text):
                found[folded][kept] += weight * times
    return found


def _as_in_a_name(wanted: Wanted, spelt: list[str], titles: Iterable[str]) -> list[str]:
    """The words as they stand side by side in the first name that has them so, typed ones as they are."""
    phrase, count = folded_tokens(" ".join(spelt)), len(spelt)
    for title in titles:
        pairs = _pairs(title)
        for start in range(len(pairs) - count + 1):
            part = pairs[start : start + count]
            if [folded for _kept, folded in part] == phrase:
                typed = zip(wanted.folded, wanted.kept, part, strict=True)
                return [kept if token == folded else there for token, kept, (there, folded) in typed]
    return []


def _has_all(words: Sequence[str], texts: Iterable[str]) -> bool:
    there = {folded for text in texts for _kept, folded in _pairs(text)}
    return there.issuperset(folded_tokens(" ".join(words)))


@lru_cache(maxsize=4096)
def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    """The words of a text as they are written, and folded; places and sellers come again and again."""
    return tuple((kept, folded) for kept in kept_tokens(text) for folded in folded_tokens(kept)[:1])


def _texts(ids: list[int]) -> QuerySet:
    rows = Product.objects.filter(pk__in=ids).order_by()
    return rows.values_list("pk", "title", "producer__name", "region__name", "region__parent__name")


_TEXTS = Prepared(_texts, ids=[int])


def _nearest(token: str, known: dict[str, dict[str, int]]) -> str:
    """The written form of the word that the token was probably meant to be; empty if none is near."""
    edits = edits_guessed(token)
    if not edits:
        return ""
    letters = set(token)
    near = []
    for folded, forms in known.items():
        # One edit changes two letters at most, which is quicker to see than how far words are apart.
        if abs(len(folded) - len(token)) <= edits and len(letters.symmetric_difference(folded)) <= 2 * edits:
            apart = distance(token, folded, edits)
            if apart <= edits:
                near.append((apart, -sum(forms.values()), folded))
    if not near:
        return ""
    forms = known[min(near)[2]]
    return max(forms, key=forms.__getitem__)
