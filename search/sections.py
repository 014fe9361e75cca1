"""What a search finds beside products: stalls, later news, events and points, each in a section of its own.

Who has something to show registers a section when the site starts; `search` itself knows none of them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

#: The most entries that a section shows; the rest is behind its link.
ENTRIES = 3


@dataclass(frozen=True)
class Section:
    """A kind of thing that is found beside products.

    ``find(text, number)`` gives at most so many entries, the best first, by the same number of queries
    whatever the words are; ``template`` shows one of them as ``entry``; ``url(text)`` is the address of the
    page with all. A section with a lower ``place`` stands above one with a higher.
    """

    name: str
    title: str
    find: Callable[[str, int], Sequence[Any]]
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


def find(text: str) -> list[Filled]:
    """The sections that have something for the words, in their order."""
    filled = []
    for section in sorted(_registered.values(), key=lambda each: (each.place, each.name)):
        found = section.find(text, ENTRIES + 1)
        if found:
            has_more = len(found) > ENTRIES
            filled.append(Filled(section, found[:ENTRIES], section.url(text) if has_more else ""))
    return filled
