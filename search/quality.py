"""How well products are found: questions with the right answer, and what an engine makes of them.

The questions are made from names of real products as people type them: without marks, with typing errors,
shortened, in another order, with place, seller and stars. Right is a product of that name.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.http import QueryDict

from catalog.models import Product
from marketplace.core.text import fold
from search.engines import Engine
from search.query import ProductQuery
from search.scope import Scope, Tree, resolve

SHIPPED = Path(__file__).parent / "data" / "quality.tsv"
FIRST = 10
#: What is to be reached: share of questions with the right product among the first ten, mean reciprocal rank.
ENOUGH_FOUND = 0.97
ENOUGH_RANK = 0.90


@dataclass(frozen=True)
class Trial:
    """Words, the name of the product that they mean, and its seller; ``way`` says how they are typed."""

    way: str
    words: str
    name: str
    seller: str = ""


@dataclass(frozen=True)
class Outcome:
    """Where the right product stood (from 1; None: not among the first ten), and how long it took."""

    trial: Trial
    place: int | None
    seconds: float

    @property
    def reciprocal(self) -> float:
        return 1 / self.place if self.place else 0.0


@dataclass(frozen=True)
class Score:
    """What came of trials: the share found, the mean reciprocal rank and seconds of the middle one."""

    count: int
    found: float
    rank: float
    seconds: float

    @classmethod
    def of(cls, outcomes: list[Outcome]) -> "Score":
        count = len(outcomes)
        times = sorted(each.seconds for each in outcomes)
        return cls(
            count,
            sum(each.place is not None for each in outcomes) / count,
            sum(each.reciprocal for each in outcomes) / count,
            times[count // 2],
        )

    @property
    def is_enough(self) -> bool:
        return self.found >= ENOUGH_FOUND and self.rank >= ENOUGH_RANK


@cache
def shipped() -> tuple[Trial, ...]:
    """The trials that come with the site."""
    return read(SHIPPED)


def read(path: Path) -> tuple[Trial, ...]:
    """Trials of a file: way, words, name and seller, with tabs between; lines with # are remarks."""
    lines = path.read_text("utf-8").splitlines()
    return tuple(Trial(*line.split("\t")) for line in lines if line and not line.startswith("#"))


def measure(engine: Engine, trials: Iterable[Trial]) -> list[Outcome]:
    """Ask the engine all of them; those whose product is not in the database are left out."""
    known = {fold(title) for title in Product.objects.listed().values_list("title", flat=True)}
    tree = Tree.load()
    return [_try(engine, tree, trial) for trial in trials if fold(trial.name) in known]


def _try(engine: Engine, tree: Tree, trial: Trial) -> Outcome:
    scope = _scope(trial.words, tree)
    started = time.perf_counter()
    ids = engine.search(scope, FIRST).ids
    seconds = time.perf_counter() - started
    titles = dict(Product.objects.filter(pk__in=ids).values_list("pk", "title"))
    wanted = fold(trial.name)
    places = (place for place, pk in enumerate(ids, 1) if fold(titles[pk]) == wanted)
    return Outcome(trial, next(places, None), seconds)


def _scope(words: str, tree: Tree) -> Scope:
    address = QueryDict(mutable=True)
    address["q"] = words
    return resolve(ProductQuery.from_get(address), tree)
