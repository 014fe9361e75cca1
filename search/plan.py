"""A scope as questions to an index: conditions, levels of patience and tiers of fitness.

A *level* says what is found at all: words as typed; then the last one as a beginning; then with typing
errors; then most of the words. A later level is only asked where the earlier ones found fewer than `ENOUGH`.
Inside them *tiers* say how well a product fits, the best first. All engines ask the same questions, so that
they find the same products in the same order.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from marketplace.core import clock
from search.analysis import JOINT, Slot, Wanted, beginning, understand, whole
from search.conditions import (
    EVERYTHING,
    NOTHING,
    Between,
    Condition,
    OneOf,
    Prefix,
    Similar,
    Some,
    Term,
    Unless,
    both,
    either,
)
from search.document import day_number
from search.query import BANDS, STARS, Band
from search.ranking import DAYS
from search.scope import Scope
from search.synonyms import current

ENOUGH = 10
#: So many products are put in order by `ranking.score`: ten pages.
CANDIDATES = 240
ONE_EDIT_FROM = 4
TWO_EDITS_FROM = 8
SHORTEST_PREFIX = 2

#: Levels of patience, by their place in `Plan.levels`.
AS_TYPED, BEGUN, MISTYPED, MOST = range(4)

FACETS = ("category", "region", "stars", "price", "producer", "in_stock", "year")


@dataclass(frozen=True)
class Plan:
    """What is asked of an index.

    ``conditions`` are the scope's, by the name of the facet that they narrow. ``levels`` fit all that is
    found at each level of patience; ``is_enough`` fits the products that make the later ones unnecessary.
    ``tiers`` each belong to the level from which on they count.
    """

    day: int
    wanted: Wanted
    conditions: dict[str, Condition]
    tiers: tuple[tuple[int, Condition], ...] = ((0, EVERYTHING),)
    is_enough: Condition | None = None
    levels: tuple[Condition, ...] = (EVERYTHING,)

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
    def star_steps(self) -> tuple[Condition, ...]:
        """The parts of a list that is sorted by stars: five, four, three, and those without any in force."""
        steps = tuple(_stars(stars, self.day) for stars in STARS)
        return (*steps, Unless(either(*steps)))


def plan(scope: Scope) -> Plan:
    """The questions for a scope, of today."""
    day = day_number(clock.today())
    conditions = _conditions(scope, day)
    wanted = understand(scope.query.text, current()) if scope.query.text else Wanted()
    if not wanted.slots:
        found = EVERYTHING if not scope.query.text or wanted.stars else NOTHING
        return Plan(day, wanted, conditions, ((0, found),), levels=(found,))
    slots = wanted.slots
    begun = _every_begun(slots, "everything")
    tolerant = tuple(_tolerant(slot, "words") for slot in slots)
    levels = [_every(slots, "everything"), begun, either(begun, both(*tolerant))]
    if (needed := _most(len(slots))) < len(slots):
        levels.append(either(begun, Some(tolerant, needed)))
    return Plan(
        day,
        wanted,
        conditions,
        tiers=_numbered((*_tiers(wanted), *_loose_tiers(slots))),
        is_enough=_every(slots, "words"),
        levels=tuple(levels),
    )


def _numbered(tiers: Iterable[tuple[int, Condition]]) -> tuple[tuple[int, Condition], ...]:
    """Each condition once, where it comes first."""
    first: dict[Condition, int] = {}
    for level, condition in tiers:
        first.setdefault(condition, level)
    return tuple((level, condition) for condition, level in first.items())


# --- what the filters ask
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
        bands = (BANDS[key] for key in query.price)
        conditions["price"] = either(
            *(
                Between("price", max(band.low, 1), None if band.high is None else band.high - 1)
                for band in bands
            )
        )
    if query.price_min is not None or query.price_max is not None:
        free = Between("price", max(query.price_min or 0, 1), query.price_max)
        conditions["price"] = both(conditions.get("price", EVERYTHING), free)
    if scope.producer is not None:
        conditions["producer"] = Term("producer", scope.producer.pk)
    if query.in_stock:
        conditions["in_stock"] = Term("in_stock", 1)
    if query.year:
        conditions["year"] = OneOf("year", query.year)
    return conditions


def _priced(band: Band) -> Condition:
    return Between("price", max(band.low, 1), None if band.high is None else band.high - 1)


def _stars(stars: int, day: int) -> Condition:
    return Between("stars_until", stars * DAYS + day, (stars + 1) * DAYS - 1)


# --- what the words ask
def _all_of(tokens: Iterable[str], field: str) -> Condition:
    return both(*(Term(field, token) for token in tokens))


def _exact(slot: Slot, field: str) -> Condition:
    """The words of the slot, or words that mean the same; marks do not count."""
    return either(*(_all_of(tokens, field) for tokens in (slot.folded, *slot.others)))


def _every(slots: tuple[Slot, ...], field: str) -> Condition:
    return both(*(_exact(slot, field) for slot in slots))


def _every_begun(slots: tuple[Slot, ...], field: str) -> Condition:
    return both(*(_exact(slot, field) for slot in slots[:-1]), _begun(slots[-1], field))


def _begun(slot: Slot, field: str) -> Condition:
    """Like `_exact`, the last word being perhaps only its beginning."""
    *first, last = slot.folded
    return either(_exact(slot, field), both(*(Term(field, token) for token in first), Prefix(field, last)))


def _tolerant(slot: Slot, field: str) -> Condition:
    """Like `_begun`, with a typing error in each word, or as initials or two words in one."""
    words = []
    for token in slot.folded:
        ways: list[Condition] = [Term(field, token)]
        if len(token) >= SHORTEST_PREFIX:
            ways += [Prefix(field, token), Term("shorthand", token)]
        if (edits := _edits(token)) > 0:
            ways += [Similar(field, token, edits), Similar("shorthand", token, edits)]
        words.append(either(*ways))
    typed = both(*words)
    others = [_all_of(tokens, field) for tokens in slot.others]
    return either(typed, *others)


def _edits(token: str) -> int:
    """How many errors a word may have: none in short ones and in numbers."""
    if len(token) < ONE_EDIT_FROM or token.isdigit():
        return 0
    return 2 if len(token) >= TWO_EDITS_FROM else 1


def _most(count: int) -> int:
    """How many of so many words are most of them."""
    return count if count == 1 else count - 1 if count < 5 else count - 2


def _tiers(wanted: Wanted) -> Iterator[tuple[int, Condition]]:
    """Names that are, begin with, hold side by side or hold the words; then seller and place; then texts.

    Words that are typed with marks are looked for with them first.
    """
    slots = wanted.slots
    if wanted.has_marks:
        yield from ((AS_TYPED, each) for each in _name_tiers(wanted.kept))
        yield AS_TYPED, _all_of(wanted.kept, "words")
    yield from ((AS_TYPED, each) for each in _name_tiers(wanted.folded))
    for field in ("name", "words"):
        yield AS_TYPED, _every(slots, field)
    for field in ("name", "words"):
        yield BEGUN, _every_begun(slots, field)
    yield AS_TYPED, _every(slots, "everything")
    yield BEGUN, _every_begun(slots, "everything")


def _name_tiers(tokens: list[str]) -> Iterator[Condition]:
    pairs = [Term("name", f"{one}{JOINT}{next_one}") for one, next_one in pairwise(tokens)]
    yield Term("name", whole(tokens))
    yield both(Term("name", beginning(tokens[:3])), *pairs[2:])
    if pairs:
        yield both(*pairs)
    yield _all_of(tokens, "name")


def _loose_tiers(slots: tuple[Slot, ...]) -> Iterator[tuple[int, Condition]]:
    """With typing errors, first where all words but one are as typed; then where most of the words fit."""
    exact = {field: tuple(_exact(slot, field) for slot in slots) for field in ("name", "words")}
    tolerant = {field: tuple(_tolerant(slot, field) for slot in slots) for field in ("name", "words")}
    count = len(slots)
    for field in ("name", "words"):
        if count > 1:
            yield MISTYPED, both(*tolerant[field], Some(exact[field], count - 1))
        yield MISTYPED, both(*tolerant[field])
    for needed in range(count - 1, _most(count) - 1, -1):
        for field in ("name", "words"):
            yield MOST, Some(exact[field], needed)
            yield MOST, Some(tolerant[field], needed)
