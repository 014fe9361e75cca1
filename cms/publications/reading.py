"""A publication as a web page: its chapters, and the cards of those that are open."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator

from search.scope import Tree
from storefront.cards import Card, cards

from .contents import Part, paragraphs
from .selection import parts_of

NUMBER = re.compile(r"[0-9]{1,5}")
FIRST_CARDS = 8
CARDS = 48


@dataclass(frozen=True)
class OpenChapter:
    """A chapter on the page with the cards that it shows; ``number`` counts from 1."""

    number: int
    title: str
    intro: tuple[str, ...]
    count: int
    cards: list[Card]

    @property
    def has_more(self) -> bool:
        return self.count > len(self.cards)


class Reading:
    """What one address of a publication shows: all chapters with their first cards, or one whole chapter.

    A fixed number of queries for the parts, and two for all cards together.
    """

    def __init__(self, stored: Iterable[Mapping[str, Any]], asked: Mapping[str, str]):
        self.tree = Tree.load()
        self.parts = parts_of(stored)
        chapter = asked.get("chapter", "")
        self.number = int(chapter) if NUMBER.fullmatch(chapter) else None
        self.is_unknown = bool(chapter) and self._part is None
        self._page = asked.get("page")

    @property
    def count(self) -> int:
        return sum(len(part.products) for part in self.parts)

    @property
    def _part(self) -> Part | None:
        if self.number is None or not 1 <= self.number <= len(self.parts):
            return None
        return self.parts[self.number - 1]

    @cached_property
    def page(self) -> Page | None:
        """The pages of the one chapter that is open; None where all are."""
        if self._part is None:
            return None
        return Paginator(self._part.products, CARDS).get_page(self._page)

    @cached_property
    def chapters(self) -> list[OpenChapter]:
        shown = self._shown()
        found = {card.pk: card for card in cards([pk for pks in shown.values() for pk in pks], self.tree)}
        return [
            OpenChapter(
                number=number,
                title=part.title,
                intro=paragraphs(part.intro),
                count=len(part.products),
                cards=[found[pk] for pk in shown[number] if pk in found],
            )
            for number, part in enumerate(self.parts, start=1)
            if number in shown
        ]

    def _shown(self) -> dict[int, list[int]]:
        """Ids of the products to show, by number of chapter."""
        if self.page is not None:
            return {self.number: list(self.page.object_list)}
        return {number: list(part.products[:FIRST_CARDS]) for number, part in enumerate(self.parts, start=1)}
