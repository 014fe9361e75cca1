"""What finds products. An engine answers a scope with a page of products' ids, their number and the facets.

The rest of the site knows only `get()` and the classes here, so that another engine can take its place.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple, Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from search.document import Document
from search.scope import Scope

# By name: the engines import this module, and only one of them is needed.
EMBEDDED = "search.engines.embedded.EmbeddedEngine"
ELASTIC = "search.engines.elastic.engine.ElasticEngine"
DATABASE = "search.engines.database.DatabaseEngine"
FALLBACK = "search.engines.fallback.Fallback"

#: So many sellers are told whose name has the words.
STALLS_TOLD = 4


class PlaceCount(NamedTuple):
    """A current province or commune with the number of products from it.

    ``former`` names the former units that products from there were recorded in. Communes are counted only
    below the provinces that the query names, or in which it names a commune.
    """

    key: str
    name: str
    count: int
    former: tuple[str, ...] = ()
    communes: tuple["PlaceCount", ...] = ()


@dataclass(frozen=True)
class Facets:
    """How many products each further choice has, each facet under the conditions of the others.

    ``categories`` counts by the id of the group or set that a product stands in itself; sums over a group
    are `Tree.totals`. ``prices`` counts by the key of a band, ``producers`` by id (those with the most
    products), ``years`` by year of recognition.
    """

    categories: dict[int, int] = field(default_factory=dict)
    provinces: tuple[PlaceCount, ...] = ()
    stars: dict[int, int] = field(default_factory=dict)
    in_stock: int = 0
    prices: dict[str, int] = field(default_factory=dict)
    producers: dict[int, int] = field(default_factory=dict)
    years: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Results:
    """A page of products by their ids, in order, and what is true of all that were found.

    ``sellers`` is None where too many products were found to tell. ``corrected`` is what the words may have
    been meant to be, if so few products fit them as typed that others were taken in (``is_loosened``).
    ``stalls`` are ids of a few sellers whose name has the words, those with the most products first.
    ``scores`` holds the parts of each product's score, if the query asks for them. ``is_degraded``: the
    answer is a simpler one of the database, because the engine is away.
    """

    ids: list[int]
    total: int
    sellers: int | None
    page: int
    pages: int
    facets: Facets
    corrected: str = ""
    is_loosened: bool = False
    is_degraded: bool = False
    stalls: tuple[int, ...] = ()
    scores: dict[int, dict[str, int]] = field(default_factory=dict)


class EngineAway(Exception):
    """The engine cannot answer now: not reachable, too slow, or its index is missing or broken."""


class IndexMissing(EngineAway):
    """Waiting does not help: the index is not there, broken or of another version, and must be rebuilt."""


class Engine(Protocol):
    """What every engine can do."""

    def search(self, scope: Scope, size: int) -> Results:
        """The page of ``size`` products that the scope's query asks for; the last one if it is beyond.

        Raises `EngineAway`.
        """

    def count(self, scope: Scope) -> Facets:
        """How many products stand in each category and place; other facets may be left out.

        For who shows these numbers and no products; empty where the engine is away.
        """

    def pick(self, scopes: Sequence[Scope], numbers: Sequence[int]) -> list[list[int]]:
        """Of each scope so many of the first products, by id, and nothing beside them; all in one go.

        For lists that somebody has placed: what fits only as if words were mistyped is not taken in. Raises
        `EngineAway`.
        """


class Index(Protocol):
    """What can be done with an engine's index, beside asking it; each function is done when it returns."""

    seen_after: float
    """Seconds after which every reader sees what was written."""

    def write(self, documents: Iterable[Document], gone: Collection[int]) -> None:
        """Take in these documents in place of older ones; remove the products with the ids in ``gone``."""

    def rebuild(self) -> AbstractContextManager["NewIndex"]:
        """A new index beside the live one, which it replaces in one step when the block ends well.

        A block that ends with an error leaves the live index as it was.
        """

    def check(self) -> None:
        """Quick. Raises `IndexMissing` where it must be built anew, `EngineAway` where it cannot be asked."""

    def verify(self) -> None:
        """Read all of it and raise `IndexMissing` where something is damaged."""

    def stamps(self) -> Iterator[tuple[int, int]]:
        """Id and stamp of every document, in any order. Raises `EngineAway`."""

    def describe(self) -> dict[str, object]:
        """What `search_index status` shows: kind, place, documents, size in bytes if known."""


class NewIndex(Protocol):
    def add(self, documents: Iterable[Document]) -> None:
        """Take in documents that are not in it yet."""


@cache
def get() -> Engine:
    """What answers searches: the engine of SEARCH_URL, with the database for the time that it is away."""
    primary = index()
    if primary is None:
        return import_string(DATABASE)()
    return import_string(FALLBACK)(primary)


@cache
def index():
    """The engine of SEARCH_URL with its `Index`; None for the database, which needs none."""
    scheme = settings.SEARCH_URL.partition(":")[0]
    match scheme:
        case "":
            return import_string(EMBEDDED)(settings.DATA_DIR / "search")
        case "http" | "https":
            return import_string(ELASTIC).from_settings()
        case "database":
            return None
    raise ImproperlyConfigured(f"SEARCH_URL is no address of a search engine: {settings.SEARCH_URL}")
