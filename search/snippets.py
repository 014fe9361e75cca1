"""Where the words of a search stand, for products whose card does not show it: a piece of the text."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalog.models import Product
from marketplace.core.prepared import Prepared
from marketplace.core.text import fold, nfc, strip_marks
from producers.models import Story

#: Letters shown before the first word that fits, and in all.
BEFORE = 40
LENGTH = 140


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a product's text: which text it is, and its parts, each with whether it was asked for."""

    field: str
    parts: tuple[tuple[str, bool], ...]
    language: str = "vi"


def snippets(shown: Mapping[int, str], text: str) -> dict[int, Snippet]:
    """Snippets of products by id, in two queries at most.

    ``shown`` is what the card of each product shows; a product whose card has all words needs none, and one
    none of whose texts has a missing word gets none.
    """
    words = list(dict.fromkeys(fold(text).split()))
    typed = text.casefold().split()
    # Most cards have the words as they were typed, and folding takes longer than looking for them.
    missing = {pk: _missing(words, card) for pk, card in shown.items() if not _has_all(typed, card)}
    missing = {pk: found for pk, found in missing.items() if found}
    if not missing:
        return {}
    made: dict[int, Snippet] = {}
    for pk, field, language, body in _texts(list(missing)):
        if pk not in made and (snippet := _snippet(field, body, missing[pk], words, language)):
            made[pk] = snippet
    return made


def _has_all(typed: list[str], card: str) -> bool:
    there = f" {card.casefold()}"
    return all(f" {word}" in there for word in typed)


def _missing(words: list[str], card: str) -> list[str]:
    there = f" {fold(card)}"
    return [word for word in words if f" {word}" not in there]


#: The texts of a product in which words are looked for, the most telling first.
TEXTS = {
    "ingredients": gettext_noop("Ingredients"),
    "material": gettext_noop("Material"),
    "origin_statement": gettext_noop("Origin"),
    "description": gettext_noop("About the product"),
}


def _texts(pks: list[int]) -> Iterator[tuple[int, str, str, str]]:
    """Product, name of the text, its language and the text, the most telling of each product first."""
    names = [_(name) for name in TEXTS.values()]
    for pk, *texts in _PRODUCTS.rows(ids=pks):
        for name, body in zip(names, texts, strict=True):
            yield pk, name, "vi", body
    for pk, body, body_en in _STORIES.rows(ids=pks):
        yield pk, _("Story"), "vi", body
        yield pk, _("Story"), "en", body_en


def _product_rows(ids: list[int]) -> QuerySet:
    return Product.objects.filter(pk__in=ids).order_by().values_list("pk", *TEXTS)


def _story_rows(ids: list[int]) -> QuerySet:
    stories = Story.objects.public().filter(product__in=ids).order_by("pk")
    return stories.values_list("product", "body", "body_en")


_PRODUCTS, _STORIES = Prepared(_product_rows, ids=[int]), Prepared(_story_rows, ids=[int])


def _snippet(field: str, body: str, missing: list[str], words: list[str], language: str) -> Snippet | None:
    body = nfc(body)
    folded = strip_marks(body).casefold()
    # Letters stand at the same places in both, but for rare ones that fold to two.
    if len(folded) != len(body) or not (first := _beginning_with(missing).search(folded)):
        return None
    start = _word_start(body, max(first.start() - BEFORE, 0))
    end = _word_end(body, start + LENGTH)
    parts = [("… ", False)] if start else []
    place = start
    for found in _beginning_with(words).finditer(folded, start, end):
        parts += [(body[place : found.start()], False), (body[found.start() : found.end()], True)]
        place = found.end()
    parts.append((body[place:end] + (" …" if end < len(body) else ""), False))
    return Snippet(field, tuple(part for part in parts if part[0]), language)


def _beginning_with(words: Iterable[str]) -> re.Pattern:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\w*")


def _word_start(body: str, place: int) -> int:
    return body.rfind(" ", 0, place) + 1 if place else 0


def _word_end(body: str, place: int) -> int:
    return len(body) if place >= len(body) else max(body.rfind(" ", 0, place), 0) or place
