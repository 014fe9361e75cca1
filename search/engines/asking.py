"""Searching an index by questions: the one way to a page of products, for all engines that have an index.

An engine translates conditions and answers questions; what is asked, in which order, and what becomes of the
answers stands here.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from search import ranking
from search.conditions import Condition, OneOf, Term, both, either
from search.engines import STALLS_TOLD, Facets, PlaceCount, Results
from search.fitness import MOST_TIERS, Level, Patience
from search.places import LABEL_JOINT
from search.plan import CANDIDATES, FACETS, Plan, plan
from search.query import PRICE_BANDS, STARS, Sort
from search.ranking import DAYS, Facts
from search.scope import Scope
from search.spelling import corrected

#: As far as anybody can leaf; Elasticsearch goes no further either.
MOST_HITS = 10_000
PRODUCERS_COUNTED = 12
#: Engines differ in which of equally frequent ones come last, so more are asked for than are told.
PRODUCERS_ASKED = 100
PLACES_COUNTED = 500

SORT_FIELDS = {
    Sort.CHEAPEST: "by_cheap",
    Sort.DEAREST: "by_dear",
    Sort.NEWEST: "by_new",
    Sort.BEST_SELLING: "by_best",
}


@dataclass(frozen=True, slots=True)
class Values:
    """Count the products by the values of a field, the most frequent ``size`` of them."""

    field: str
    size: int


@dataclass(frozen=True, slots=True)
class Ranges:
    """Count the products whose number lies from ``low`` to below ``high``, for each pair; None is open."""

    field: str
    ranges: tuple[tuple[int | None, int | None], ...]


@dataclass(frozen=True, slots=True)
class Question:
    """Which products fulfil a condition: ``limit`` of them from ``offset`` on, highest of ``order`` first.

    ``is_total`` asks how many there are, ``counts`` how many by what. ``is_lasting`` says that the same
    question is asked often, so that an answer may be kept as long as the index does not change.
    """

    condition: Condition
    order: str = "by_rank"
    limit: int = 0
    offset: int = 0
    is_total: bool = False
    counts: tuple[tuple[str, Values | Ranges], ...] = ()
    is_lasting: bool = False


@dataclass(frozen=True, slots=True)
class InTurn:
    """The hits of the first question, behind them those of the next that are not among them, and so on.

    Of all together as many as each of them asks for.
    """

    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """Ids, each with what `Session.facts` needs; counts by name, of values or of positions of ranges."""

    hits: list[tuple[int, object]] = field(default_factory=list)
    total: int = 0
    counts: dict[str, dict] = field(default_factory=dict)


class Session(ABC):
    """One state of the index, for the time of one search."""

    def prepare(self, questions: Iterable[Question | InTurn]) -> None:  # noqa: B027 - not all need it
        """These will probably be asked: an engine that is far away sends them at once."""

    @abstractmethod
    def answer(self, question: Question) -> Answer:
        """Raises `EngineAway`."""

    def in_turn(self, numbered: Iterable[tuple[int, Question]]) -> Iterator[tuple[int, list]]:
        """Hits as of `InTurn` below the numbers of their questions; some may come again."""
        for number, question in numbered:
            yield number, self.answer(question).hits

    def remember(self, _key: Hashable, make: Callable[[], Any]) -> Any:
        """What ``make`` gives; a session may keep it by the key as long as it lives."""
        return make()

    @abstractmethod
    def facts(self, handles: Sequence[object]) -> list[Facts]:
        """What the order depends on, of each of these hits."""


class AskingEngine(ABC):
    """Finds products by asking an index."""

    @abstractmethod
    def session(self) -> Session:
        """The newest state of the index. Raises `EngineAway`."""

    def search(self, scope: Scope, size: int) -> Results:
        return _Search(self.session(), scope, size).results()

    def count(self, scope: Scope) -> Facets:
        return self.search(scope, 1).facets

    def pick(self, scopes: Sequence[Scope], numbers: Sequence[int]) -> list[list[int]]:
        session = self.session()
        searches = [_Search(session, *pair) for pair in zip(scopes, numbers, strict=True)]
        for search in searches:
            session.prepare(search.pick_questions())
        return [search.picked() for search in searches]


class _Search:
    def __init__(self, session: Session, scope: Scope, size: int):
        self.session = session
        self.scope = scope
        self.size = size
        self.plan: Plan = plan(scope)
        self.pins = OneOf("pk", scope.pinned) if scope.pinned else None
        self.level = 0

    def results(self) -> Results:
        self.session.prepare(self._first_questions())
        self.level = self._choose_level()
        self.session.prepare(self._questions(self.level))
        main = self.session.answer(self._main_question(self.level))
        reachable = min(main.total, MOST_HITS)
        pages = max(1, math.ceil(reachable / self.size))
        page = min(self.scope.query.page, pages)
        window = range((page - 1) * self.size, min(page * self.size, reachable))
        ids, sellers, scores = self._page(window, main.total)
        is_loosened = self.patience >= Patience.MISTYPED
        return Results(
            ids,
            main.total,
            sellers,
            page,
            pages,
            self._facets(main),
            corrected=corrected(self.plan.wanted, ids, self._is_known) if is_loosened and ids else "",
            is_loosened=is_loosened,
            scores=scores,
            stalls=self._stalls(),
        )

    # --- nothing but the first products
    def pick_questions(self) -> Iterator[Question | InTurn]:
        """What `picked` will probably ask."""
        for number, level in enumerate(self.plan.levels):
            if level.needed:
                yield self._level_question(level)
            if level.patience <= Patience.BEGUN:
                yield self._total_question(number)
                yield from self._list_questions(number)

    def picked(self) -> list[int]:
        """The ids of the first page; none if products fit only as if the words were mistyped."""
        self.level = self._choose_level()
        if self.patience >= Patience.MISTYPED:
            return []
        total = self.session.answer(self._total_question(self.level)).total
        return self._page(range(min(self.size, total, MOST_HITS)), total)[0]

    def _total_question(self, level: int) -> Question:
        return Question(self._everything(level), is_total=True, is_lasting=not self.plan.has_words)

    # --- which products are found at all
    def _found(self, level: int) -> Condition:
        """What the words find at a level of patience, pinned products included."""
        found = self.plan.levels[level].found
        return found if self.pins is None else either(self.pins, found)

    def _first_questions(self) -> Iterator[Question | InTurn]:
        """What will probably be asked: which level it is, and the page at one of the first."""
        for level in self.plan.levels:
            if level.needed:
                yield self._level_question(level)
        for number, level in enumerate(self.plan.levels):
            if level.patience <= Patience.BEGUN:
                yield from self._questions(number)
        if self.plan.has_words:
            yield self._stalls_question()

    def _questions(self, level: int) -> Iterator[Question | InTurn]:
        """What is asked at a level, as far as it does not depend on how many products there are."""
        yield self._main_question(level)
        yield from self._facet_questions(level)
        yield from self._list_questions(level)
        if self.plan.levels[level].patience >= Patience.MISTYPED:
            yield from map(self._word_question, dict.fromkeys(self.plan.wanted.folded))

    def _word_question(self, token: str) -> Question:
        return Question(both(Term("everything", token), self.plan.conditions["listed"]), is_total=True)

    def _is_known(self, token: str) -> bool:
        """Whether a listed product has the folded word in any of its texts."""
        return self.session.answer(self._word_question(token)).total > 0

    def _list_questions(self, level: int) -> Iterator[Question | InTurn]:
        """What is asked for the page itself."""
        offset = (self.scope.query.page - 1) * self.size
        match self.scope.query.sort:
            case Sort.RELEVANCE:
                if self.pins is not None:
                    yield self._pinned_question()
                yield InTurn(tuple(question for _number, question in self._numbered_tiers(level)))
            case Sort.STARS:
                for step in self.plan.star_steps:
                    part = both(self._everything(level), step)
                    yield Question(part, is_total=True)
                    if offset == 0:
                        yield self._slice_question(part, "by_new", range(self.size))
            case sort:
                if offset + self.size <= MOST_HITS:
                    window = range(offset, offset + self.size)
                    yield self._slice_question(self._everything(level), SORT_FIELDS[sort], window)

    def _level_question(self, level: Level) -> Question:
        """How many products make the levels beyond unnecessary; filters have no say in what words mean."""
        return Question(both(level.enough, self.plan.conditions["listed"]), is_total=True)

    def _choose_level(self) -> int:
        for number, level in enumerate(self.plan.levels):
            if not level.needed or self.session.answer(self._level_question(level)).total >= level.needed:
                return number
        raise AssertionError("The last level needs none.")

    @property
    def patience(self) -> Patience:
        return self.plan.levels[self.level].patience

    # --- in which order
    def _page(self, window: range, total: int) -> tuple[list[int], int | None, dict]:
        match self.scope.query.sort:
            case Sort.RELEVANCE:
                return self._by_relevance(window, total)
            case Sort.STARS:
                return self._by_stars(window), None, {}
        order = SORT_FIELDS[self.scope.query.sort]
        return self._slice(self._everything(self.level), order, window), None, {}

    def _everything(self, level: int) -> Condition:
        return both(self._found(level), self.plan.all_conditions)

    def _slice(self, condition: Condition, order: str, window: range) -> list[int]:
        if not window:
            return []
        hits = self.session.answer(self._slice_question(condition, order, window)).hits
        return [pk for pk, _handle in hits[: len(window)]]

    def _slice_question(self, condition: Condition, order: str, window: range) -> Question:
        """At least a page of it, so that the last page asks the same as the others."""
        limit = max(len(window), self.size)
        return Question(condition, order, limit, window.start, is_lasting=not self.plan.has_words)

    def _by_stars(self, window: range) -> list[int]:
        """Stars are of today, so each number of them is a part of the list of its own, the newest first."""
        ids: list[int] = []
        start = 0
        for condition in self.plan.star_steps:
            part = both(self._everything(self.level), condition)
            total = self.session.answer(Question(part, is_total=True)).total
            inside = range(max(window.start, start) - start, max(min(window.stop, start + total) - start, 0))
            ids += self._slice(part, "by_new", inside)
            start += total
        return ids

    def _by_relevance(self, window: range, total: int) -> tuple[list[int], int | None, dict]:
        """The candidates in the order of their scores; behind them the rest in the order of the index."""
        if not self.plan.has_words and self.pins is None and window.start >= CANDIDATES:
            return self._slice(self._everything(self.level), "by_rank", window), None, {}
        if self.scope.query.explain or self.plan.has_words or self.pins is not None:
            ordered = self._ordered(total)
            scores = self._parts(ordered[window.start : window.stop]) if self.scope.query.explain else {}
            first, sellers = self._told(ordered, total)
        else:
            # A list without words is asked for often, and its order holds as long as the index and the day.
            key = (self._everything(self.level), self.plan.wanted.stars)
            first, sellers = self.session.remember(key, lambda: self._told(self._ordered(total), total))
            scores = {}
        ids = first[window.start : window.stop]
        if window.stop > len(first):
            ids += self._rest(window, set(first))
        return ids, sellers, scores

    def _told(self, ordered: list[tuple[int, Facts, int]], total: int) -> tuple[list[int], int | None]:
        """The ids in order, and the number of sellers if these are all products."""
        ids = [each.pk for _score, each, _tier in ordered]
        if total > CANDIDATES:
            return ids, None
        return ids, len({each.producer for _score, each, _tier in ordered if each.producer})

    def _pinned_question(self) -> Question:
        return Question(both(self.pins, self.plan.all_conditions), limit=CANDIDATES)

    def _numbered_tiers(self, level: int) -> Iterator[tuple[int, Question]]:
        """The tiers that count at a level; first only for stars that the words name, if they do."""
        conditions = self.plan.all_conditions
        lasting = not self.plan.has_words
        for lift in (self.plan.lift, None) if self.plan.lift is not None else (None,):
            lifted = conditions if lift is None else both(conditions, lift)
            for number, tier in enumerate(self.plan.tiers(level)):
                yield number, Question(both(tier, lifted), limit=CANDIDATES, is_lasting=lasting)

    def _candidates(self, total: int) -> tuple[list[int], list[object]]:
        """Up to `CANDIDATES` products, by tier and by their standing in the index: tiers and handles."""
        tiers: list[int] = []
        handles: dict[int, object] = {}
        wanted = min(total, CANDIDATES)
        if self.pins is not None:
            handles.update(self.session.answer(self._pinned_question()).hits)
            tiers += [-1] * len(handles)
        if len(handles) < wanted:
            for number, hits in self.session.in_turn(self._numbered_tiers(self.level)):
                # What has come before keeps its place.
                handles.update(hits)
                tiers += [number] * (len(handles) - len(tiers))
                if len(handles) >= wanted:
                    break
        return tiers[:wanted], list(handles.values())[:wanted]

    def _ordered(self, total: int) -> list[tuple[int, Facts, int]]:
        """The candidates with their scores and tiers, the best first."""
        tiers, handles = self._candidates(total)
        facts = self.session.facts(handles)
        # Facts begin with the id, which decides between equal scores.
        scored = sorted(zip(ranking.scores(facts, tiers, **self._situation()), facts, tiers, strict=True))
        scored.reverse()
        if pinned := self.scope.pinned:
            scored.sort(key=lambda row: pinned.index(row[1].pk) if row[2] < 0 else len(pinned))
        return scored

    def _situation(self) -> dict:
        return {
            "tiers": MOST_TIERS,
            "words": len(self.plan.wanted.folded),
            "lifted": self.plan.wanted.stars,
            "day": self.plan.day,
        }

    def _parts(self, rows: list[tuple[int, Facts, int]]) -> dict[int, dict[str, int]]:
        situation = self._situation()
        return {each.pk: ranking.parts(each, tier=tier, **situation) for _score, each, tier in rows}

    def _rest(self, window: range, seen: set[int]) -> list[int]:
        """What lies behind the candidates, in the order of the index."""
        start = max(window.start - len(seen), 0)
        stop = window.stop - len(seen)
        ids = self._slice(self._everything(self.level), "by_rank", range(stop + len(seen)))
        return [pk for pk in ids if pk not in seen][start:stop]

    # --- sellers
    def _stalls_question(self) -> Question:
        return Question(self.plan.of_stalls, counts=self._counts("producer"))

    def _stalls(self) -> tuple[int, ...]:
        """Ids of the first sellers whose name has the words, whatever the filters say."""
        if not self.plan.has_words:
            return ()
        counts = self.session.answer(self._stalls_question()).counts["producer"]
        return tuple(pk for pk, _number in _sellers(counts)[:STALLS_TOLD])

    # --- numbers beside the choices
    def _counts(self, facet: str) -> tuple[tuple[str, Values | Ranges], ...]:
        day = self.plan.day
        match facet:
            case "category":
                return (("categories", Values("categories", 100)),)
            case "region":
                return (("province", Values("province", 100)),)
            case "stars":
                ranges = tuple((each * DAYS + day, (each + 1) * DAYS) for each in STARS)
                return (("stars", Ranges("stars_until", ranges)),)
            case "price":
                ranges = tuple((max(band.low, 1), band.high) for band in PRICE_BANDS)
                return (("prices", Ranges("price", ranges)),)
            case "producer":
                return (("producer", Values("producer", PRODUCERS_ASKED)),)
            case "in_stock":
                return (("in_stock", Ranges("stock_until", ((day, None),))),)
            case "year":
                return (("year", Values("year", 100)),)
        raise ValueError(facet)

    def _main_question(self, level: int) -> Question:
        """How many there are in all, with the facets that no condition of their own narrows."""
        free = [facet for facet in FACETS if facet not in self.plan.conditions]
        return Question(
            both(self._found(level), self.plan.all_conditions),
            is_total=True,
            counts=tuple(count for facet in free for count in self._counts(facet)),
            is_lasting=not self.plan.has_words,
        )

    def _facet_questions(self, level: int) -> Iterator[Question]:
        lasting = not self.plan.has_words
        for facet in FACETS:
            if facet in self.plan.conditions:
                condition = both(self._found(level), self.plan.but(facet))
                yield Question(condition, counts=self._counts(facet), is_lasting=lasting)
        if opened := self._opened():
            condition = both(self._found(level), self.plan.but("region"), OneOf("regions", opened))
            counts = tuple((name, Values(name, PLACES_COUNTED)) for name in ("commune", "former"))
            yield Question(condition, counts=counts, is_lasting=lasting)

    def _opened(self) -> tuple[str, ...]:
        """Keys of the provinces whose communes are counted."""
        current = [region for region in self.scope.regions if region.is_current]
        return tuple(dict.fromkeys((region.parent or region).key for region in current))

    def _facets(self, main: Answer) -> Facets:
        counts = dict(main.counts)
        for question in self._facet_questions(self.level):
            counts |= self.session.answer(question).counts
        return Facets(
            categories=counts["categories"],
            provinces=_places(counts["province"], counts.get("commune", {}), counts.get("former", {})),
            stars={stars: counts["stars"].get(place, 0) for place, stars in enumerate(STARS)},
            in_stock=counts["in_stock"].get(0, 0),
            prices={band.key: counts["prices"].get(place, 0) for place, band in enumerate(PRICE_BANDS)},
            producers=dict(_sellers(counts["producer"])[:PRODUCERS_COUNTED]),
            years={year: count for year, count in sorted(counts["year"].items(), reverse=True) if year},
        )


def _sellers(counts: dict[int, int]) -> list[tuple[int, int]]:
    """Ids and numbers of sellers, those with the most products first; 0 is nobody."""
    return sorted((pair for pair in counts.items() if pair[0]), key=lambda pair: (-pair[1], pair[0]))


def _places(
    provinces: dict[str, int], communes: dict[str, int], former: dict[str, int]
) -> tuple[PlaceCount, ...]:
    """Provinces with their communes, those with the most products first."""
    was: dict[str, list[str]] = {}
    for label in sorted(former):
        key, name = label.split(LABEL_JOINT)
        was.setdefault(key, []).append(name)
    below: dict[str, list[PlaceCount]] = {}
    for label, count in communes.items():
        province, key, name = label.split(LABEL_JOINT)
        below.setdefault(province, []).append(PlaceCount(key, name, count, tuple(was.get(key, ()))))
    found = []
    for label, count in provinces.items():
        key, name = label.split(LABEL_JOINT)
        found.append(PlaceCount(key, name, count, (), _most_first(below.get(key, ()))))
    return _most_first(found)


def _most_first(places: Iterable[PlaceCount]) -> tuple[PlaceCount, ...]:
    return tuple(sorted(places, key=lambda place: (-place.count, place.name)))
