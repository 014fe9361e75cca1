"""A scope as questions to an index: the same for all engines, so that they find the same."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from marketplace.core import clock
from search.analysis import Wanted, understand
from search.conditions import (
    EVERYTHING,
    NOTHING,
    Between,
    Condition,
    OneOf,
    Prefix,
    Term,
    Unless,
    both,
    either,
)
from search.document import day_number
from search.fitness import Level, Patience, levels, tiers
from search.query import BANDS, STARS, Band
from search.ranking import DAYS
from search.scope import Scope
from search.synonyms import Synonyms
from search.wording import current

Item = TypeVar("Item")

#: So many products are put in order by `ranking.scores`: ten pages.
CANDIDATES = 240
#: So many texts are kept as they were understood.
KEPT_WORDS = 128
#: Letters that the last word of a seller's name must have to stand for all that begin so.
SHORTEST_BEGINNING = 2

FACETS = ("category", "region", "stars", "price", "producer", "in_stock", "year")


class Lazily(Generic[Item]):
    """A sequence whose items are made when they are first needed; threads may share it."""

    def __init__(self, items: Iterator[Item]):
        self._items = items
        self._made: list[Item] = []
        self._lock = threading.Lock()

    def __getitem__(self, place: int) -> Item:
        if place >= len(self._made):
            with self._lock:
                self._make(place)
        return self._made[place]

    def _make(self, place: int) -> None:
        while len(self._made) <= place:
            try:
                self._made.append(next(self._items))
            except StopIteration:
                raise IndexError(place) from None


class Ways:
    """The ways in which products fit words: levels, and the tiers of each, the best way first."""

    def __init__(self, wanted: Wanted):
        self.wanted = wanted
        self.levels = Lazily(levels(wanted))
        self._tiers: dict[Patience, Lazily[Condition]] = {}

    def tiers(self, level: int) -> Lazily[Condition]:
        patience = self.levels[level].patience
        if patience not in self._tiers:
            self._tiers[patience] = Lazily(tiers(self.wanted, patience))
        return self._tiers[patience]


class OneWay:
    """Without words, or with stars alone among them, all products fit alike, or none does."""

    def __init__(self, wanted: Wanted, found: Condition):
        self.wanted = wanted
        self.levels = (Level(Patience.WITH_MARKS, found, found, 0),)

    def tiers(self, level: int) -> tuple[Condition, ...]:
        return (self.levels[level].found,)


ALL = OneWay(Wanted(), EVERYTHING)


@lru_cache(maxsize=KEPT_WORDS)
def _ways(text: str, synonyms: Synonyms) -> Ways | OneWay:
    """Kept, because who narrows what was found and leafs through it asks for the same words again."""
    wanted = understand(text, synonyms)
    if wanted.slots:
        return Ways(wanted)
    return OneWay(wanted, EVERYTHING if wanted.stars else NOTHING)


@dataclass(frozen=True)
class Plan:
    """What is asked of an index: conditions by the name of the facet that they narrow, levels and tiers.

    ``day`` is today's number.
    """

    day: int
    ways: Ways | OneWay
    conditions: dict[str, Condition]

    @property
    def wanted(self) -> Wanted:
        return self.ways.wanted

    @property
    def has_words(self) -> bool:
        """Whether there is more than one way to fit."""
        return bool(self.wanted.slots)

    @property
    def levels(self) -> Sequence[Level]:
        return self.ways.levels

    def tiers(self, level: int) -> Sequence[Condition]:
        """How products of a level fit, the best way first."""
        return self.ways.tiers(level)

    @property
    def all_conditions(self) -> Condition:
        return both(*self.conditions.values())

    def but(self, facet: str) -> Condition:
        """The conditions without that of a facet, under which its choices are counted."""
        return both(*(each for name, each in self.conditions.items() if name != facet))

    @property
    def lift(self) -> Condition | None:
        """The products that stars named by the words lift."""
        return _stars(self.wanted.stars, self.day) if self.wanted.stars else None

    @property
    def of_stalls(self) -> Condition:
        """The listed products of sellers whose name has the words, the last one perhaps unfinished."""
        *before, last = self.wanted.folded
        begun = Prefix("seller", last) if len(last) >= SHORTEST_BEGINNING else Term("seller", last)
        return both(*(Term("seller", word) for word in before), begun, self.conditions["listed"])

    @property
    def star_steps(self) -> tuple[Condition, ...]:
        """The parts of a list that is sorted by stars: five, four, three, and those without any in force."""
        steps = tuple(_stars(stars, self.day) for stars in STARS)
        return (*steps, Unless(either(*steps)))


def plan(scope: Scope) -> Plan:
    """The questions for a scope, of today."""
    day = day_number(clock.today())
    text = scope.query.text
    return Plan(day, _ways(text, current()) if text else ALL, _conditions(scope, day))


def _conditions(scope: Scope, day: int) -> dict[str, Condition]:
    query = scope.query
    conditions: dict[str, Condition] = {"listed": Unless(Between("gone_on", 1, day))}
    if categories := scope.categories:
        conditions["category"] = OneOf("categories", tuple(each.pk for each in categories))
    if places := scope.places:
        conditions["region"] = OneOf("regions", tuple(each.key for each in places))
    if query.near is not None:
        conditions["near"] = OneOf("regions", scope.around)
    if query.stars:
        conditions["stars"] = either(*(_stars(each, day) for each in query.stars))
    if query.price:
        conditions["price"] = either(*(_priced(BANDS[key]) for key in query.price))
    if query.price_min is not None or query.price_max is not None:
        free = Between("price", max(query.price_min or 0, 1), query.price_max)
        conditions["price"] = both(conditions.get("price", EVERYTHING), free)
    if scope.point is not None:
        conditions["point"] = _on_shelf(scope.point.pk, day)
    if query.sold_near is not None:
        conditions["sold_near"] = either(*(_on_shelf(each, day) for each in scope.points_around))
    if scope.producer is not None:
        conditions["producer"] = Term("producer", scope.producer.pk)
    if query.in_stock:
        conditions["in_stock"] = Between("stock_until", day)
    if query.year:
        conditions["year"] = OneOf("year", query.year)
    return conditions


def _priced(band: Band) -> Condition:
    return Between("price", max(band.low, 1), None if band.high is None else band.high - 1)


def _on_shelf(point: int, day: int) -> Condition:
    """Of what the point of sale can sell one on that day."""
    return Between("shelves", point * DAYS + day, (point + 1) * DAYS - 1)


def _stars(stars: int, day: int) -> Condition:
    return Between("stars_until", stars * DAYS + day, (stars + 1) * DAYS - 1)
