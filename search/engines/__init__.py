"""What finds products. An engine answers a scope with a page of products' ids, their number and the facets.

The rest of the site knows only `get()` and the classes here, so that another engine can take its place.
"""

from dataclasses import dataclass, field
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from search.scope import Scope

DATABASE = "search.engines.database.DatabaseEngine"


@dataclass(frozen=True)
class PlaceCount:
    """A current province or commune with the number of products from it.

    ``former`` names the former units that products from there were recorded in.
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
    are `Tree.totals`.
    """

    categories: dict[int, int] = field(default_factory=dict)
    provinces: tuple[PlaceCount, ...] = ()
    stars: dict[int, int] = field(default_factory=dict)
    in_stock: int = 0


@dataclass(frozen=True)
class Results:
    """A page of products by their ids, in order, and what is true of all that were found."""

    ids: list[int]
    total: int
    sellers: int
    page: int
    pages: int
    facets: Facets


class Engine(Protocol):
    """What every engine can do."""

    def search(self, scope: Scope, size: int) -> Results:
        """The page of ``size`` products that the scope's query asks for; the last one if it is beyond."""


def get() -> Engine:
    """The engine that the settings name, the database without a setting."""
    return import_string(getattr(settings, "SEARCH_ENGINE", DATABASE))()
