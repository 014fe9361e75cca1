"""What a search finds beside products: stalls, news, events and more, each in a section of its own.

Who has something to show registers a section when the site starts; `search` itself knows none of them. All
sections are asked in one statement, and one that finds nothing costs nothing more.
"""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import get_language

from marketplace.core import clock
from marketplace.core.prepared import United
from search.names import patterns

#: The most entries that a section shows; the rest is behind its link.
ENTRIES = 3


@dataclass(frozen=True)
class Asked:
    """What sections are asked for: folded words, and for each the pattern that `search.names.called` takes.

    The query is written once for all texts of so many words, so that a section must use the values as they
    come. A word consists of small letters, digits and ``_``.
    """

    words: tuple[str, ...]
    patterns: tuple[str, ...]
    today: datetime.date
    language: str


@dataclass(frozen=True)
class Section:
    """A kind of thing that is found beside products.

    ``keys(asked)`` is a query set of one column, the ids of what is found, the best first, of which one more
    than `ENTRIES` is enough, or None where the search for products finds the ids along with them;
    ``show(ids)`` gives what stands for them in their order, by the same number of
    queries whatever they are; ``template`` shows one of them as ``entry``; ``url(text)`` is the address of
    the page with all. A section with a lower ``place`` stands above one with a higher.
    """

    name: str
    title: str
    keys: Callable[[Asked], QuerySet] | None
    show: Callable[[list[int]], Sequence[Any]]
    template: str
    url: Callable[[str], str]
    place: int = 0


@dataclass(frozen=True)
class Filled:
    """A section with what was found for the words; ``more_url`` is empty where it shows all."""

    section: Section
    entries: Sequence[Any]
    more_url: str


_registered: dict[str, Section] = {}


def register(section: Section) -> None:
    """Show this section on the page of results; a second one of the same name takes its place."""
    _registered[section.name] = section
    _united.cache_clear()


def find(text: str, along: Mapping[str, Sequence[int]] | None = None) -> list[Filled]:
    """The sections that have something for the words, in their order.

    ``along`` are the ids that the search for products has found, by the name of the section.
    """
    found = _asked_for(text) | {name: list(keys) for name, keys in (along or {}).items()}
    filled = []
    for section in sorted(_registered.values(), key=lambda each: (each.place, each.name)):
        if keys := found.get(section.name):
            more_url = section.url(text) if len(keys) > ENTRIES else ""
            filled.append(Filled(section, section.show(keys[:ENTRIES]), more_url))
    return filled


def _asked_for(text: str) -> dict[str, list[int]]:
    """The ids of all sections that have a query, by their names."""
    asked = tuple(each for each in _registered.values() if each.keys is not None)
    wanted = patterns(text)
    if not wanted or not asked:
        return {}
    found = _united(asked, len(wanted)).ids(**_values(list(wanted.values())))
    return dict(zip((each.name for each in asked), found, strict=True))


def _values(wanted: list[str]) -> dict:
    values = {"today": clock.today(), "language": get_language() or settings.LANGUAGE_CODE}
    for place, pattern in enumerate(wanted):
        values |= {f"pattern_{place}": pattern, f"word_{place}": pattern.strip()}
    return values


@cache
def _united(sections: tuple[Section, ...], count: int) -> United:
    """The statement that asks these sections for so many words."""

    def keys_of(section: Section) -> Callable[..., QuerySet]:
        def build(today: datetime.date, language: str, **texts: str) -> QuerySet:
            words = tuple(texts[f"word_{place}"] for place in range(count))
            wanted = tuple(texts[f"pattern_{place}"] for place in range(count))
            return section.keys(Asked(words, wanted, today, language))

        return build

    texts = [f"{kind}_{place}" for place in range(count) for kind in ("pattern", "word")]
    kinds = {"today": datetime.date, "language": str, **dict.fromkeys(texts, str)}
    return United([keys_of(section) for section in sections], **kinds)
