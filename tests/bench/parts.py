"""The parts of the benchmark: what each measures, on which databases and at which sizes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from tests.bench import buying, catalogue, cms, desk, growth, imports, pages, points, search
from tests.bench.results import Findings
from tests.bench.workshop import POSTGRESQL, SQLITE, Workshop

BOTH = (SQLITE, POSTGRESQL)


@dataclass(frozen=True)
class Part:
    """One part. `measure` takes a workshop, a database and a size, and ends within ten minutes.

    The first run at a size makes the data before; `what` is the heading of its table.
    """

    name: str
    what: str
    measure: Callable[[Workshop, str, int], Findings]
    databases: tuple[str, ...] = BOTH
    sizes: tuple[int, ...] = (20_000,)


PARTS = (
    Part(
        "pages",
        "Pages",
        partial(pages.measure, rounds=5, seconds=2),
        sizes=(1_000, 20_000, 100_000),
    ),
    Part("growth", "Growth", partial(growth.measure, rounds=7, seconds=2), sizes=(100_000,)),
    Part("basket", "Basket", partial(buying.measure_basket, rounds=7, seconds=3), sizes=(1_000, 20_000)),
    Part(
        "checkout", "Checkout", partial(buying.measure_checkout, rounds=5, seconds=10), sizes=(1_000, 20_000)
    ),
    Part(
        "cms",
        "The CMS: 10,000 articles, 1,000 events",
        partial(cms.measure, rounds=7, seconds=2),
        sizes=(1_000,),
    ),
    Part("catalogue", "Printing a publication", catalogue.measure, (SQLITE,), (catalogue.SIZE,)),
    Part("desk", "The producer's desk", desk.measure, (POSTGRESQL,), (desk.JUDGED,)),
    Part("points", "Points of sale with full shelves", points.measure, (POSTGRESQL,), (points.JUDGED,)),
    Part("import", "Importing", imports.measure, sizes=(imports.LIMITED, imports.FIFTY_MEGABYTES)),
    Part(
        "search",
        "Search, embedded",
        search.measure,
        databases=(SQLITE,),
        sizes=(1_000, 20_000, 100_000, 1_000_000),
    ),
)


def chosen(
    parts: Sequence[Part], name: str | None, database: str | None, size: int | None
) -> Iterator[tuple[Part, str, int]]:
    """The parts with their databases and sizes, narrowed by what is given.

    A size that no part has is measured all the same by every chosen part.
    """
    usual = {size for part in parts for size in part.sizes}
    for part in parts:
        if name not in (None, part.name):
            continue
        for each_database in part.databases:
            if database not in (None, each_database):
                continue
            for each_size in part.sizes if size is None else [size]:
                if each_size in part.sizes or each_size not in usual:
                    yield part, each_database, each_size
