"""What a list without products offers: each condition that could go, with how many there would be then."""

import time
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from search.engines import Engine
from search.query import ProductQuery
from search.scope import Scope
from storefront.filters import Chip

MOST = 6
#: Seconds after which no further way is tried.
LONGEST = 1.0


@dataclass(frozen=True)
class Loosening:
    """A way to find something: what it lets go, where that leads, and how many products are there."""

    label: str
    url: str
    count: int
    is_vietnamese: bool = False


def loosenings(scope: Scope, chips: list[Chip], engine: Engine, path: str) -> list[Loosening]:
    """The ways that find something, the one with the fewest products first: it changes least.

    A slow search offers fewer of them.
    """
    ways = chips[:MOST]
    if scope.query.text and chips:
        label = _("the words “%(words)s”") % {"words": scope.query.text}
        wordless = scope.query.with_(text="")
        ways.append(Chip(label, wordless, wordless.url(path)))
    found = []
    ends_at = time.monotonic() + LONGEST
    for way in ways:
        if time.monotonic() > ends_at:
            break
        count = engine.search(_within(scope, way.without), 1).total
        if count:
            found.append(Loosening(way.label, way.url, count, way.is_vietnamese))
    return sorted(found, key=lambda each: each.count)


def _within(scope: Scope, query: ProductQuery) -> Scope:
    """The scope of a query that names nothing that the scope does not know."""
    return replace(
        scope,
        query=query,
        groups=tuple(each for each in scope.groups if each.code in query.group),
        sets=tuple(each for each in scope.sets if each.code in query.category),
        regions=tuple(each for each in scope.regions if each.key in query.region),
        producer=scope.producer if query.producer else None,
        point=scope.point if query.point else None,
        points_around=scope.points_around if query.sold_near is not None else (),
        around=scope.around if query.near is not None else (),
        pinned=scope.pinned if query.text else (),
    )
