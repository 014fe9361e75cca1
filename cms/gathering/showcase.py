"""Choosing products for a list that shows what there is: of many sets and many sellers."""

from collections.abc import Iterable
from typing import NamedTuple


class Candidate(NamedTuple):
    """A listed product with what its choice depends on."""

    pk: int
    producer: int | None
    is_fictional: bool | None
    category: int | None
    is_pictured: bool


def varied(candidates: Iterable[Candidate], count: int) -> list[int]:
    """The first of each set and seller, then second ones of each, and so on; at most ``count`` ids."""
    waiting = list(candidates)
    picked: list[int] = []
    while waiting and len(picked) < count:
        producers: set[int | None] = set()
        categories: set[int | None] = set()
        left = []
        for each in waiting:
            if each.producer in producers or each.category in categories or len(picked) == count:
                left.append(each)
                continue
            producers.add(each.producer)
            categories.add(each.category)
            picked.append(each.pk)
        waiting = left
    return picked
