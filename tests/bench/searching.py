"""An embedded index of made-up products, built and asked in a process of its own.

Documents are made from the rows of `generate_products` without a database for them, so that a million takes
minutes; groups, places and sellers are those of the small shop that DATABASE_URL or the data directory names.
Prints one line of JSON, times in milliseconds.
"""

import csv
import json
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from random import Random

import django

django.setup()

from django.http import QueryDict  # noqa: E402 - needs Django set up

from catalog.domain.certify import counted_from, last_day  # noqa: E402
from catalog.domain.importing.classifying import category_code  # noqa: E402
from catalog.models import Category  # noqa: E402
from marketplace.core.text import strip_marks  # noqa: E402
from marketplace.regions.domain.resolve import Resolver  # noqa: E402
from marketplace.sampledata.generate import generate  # noqa: E402
from search.document import BATCH, Document, DocumentMaker  # noqa: E402
from search.engines.asking import Question, Session  # noqa: E402
from search.engines.elastic.engine import ElasticEngine  # noqa: E402
from search.engines.embedded.engine import EmbeddedEngine  # noqa: E402
from search.places import Places  # noqa: E402
from search.query import ProductQuery  # noqa: E402
from search.scope import Tree, resolve  # noqa: E402
from tests.search.elastic import PATIENT  # noqa: E402
from tests.services.elastic import PlainJsonNode  # noqa: E402

QUERIES = 300
ROUNDS = 3


def documents(count: int) -> Iterator[Document]:
    """Documents of the first made-up products, as they would be built from the database."""
    maker, resolver = DocumentMaker(Places.all()), Resolver()
    places: dict[tuple, object] = {}
    producers: dict[str, int] = {}
    categories = {each.code: each.pk for each in Category.objects.all()}
    for pk, row in enumerate(generate(count), 1):
        name, producer, _kind, commune, district, province, group, stars, _potential, year, *rest = row
        price, hint = rest[1], rest[-1]
        triple = commune, district, province
        if triple not in places:
            places[triple] = resolver.resolve(*triple, None)
        place = places[triple]
        code = category_code(name=name, group=group, hint=hint)
        started = counted_from(None, int(year) if year else None)
        yield maker.document(
            (
                *(pk, name, "", producers.setdefault(producer, len(producers) + 1) if producer else None),
                *(producer, place.current and place.current.pk, place.region and place.region.pk),
                *(int(stars) if stars else None, last_day(started), None, None),
                *(int(year) if year else None, started),
            ),
            categories=((categories[code], Category.SaleRule.OPEN, None),) if code in categories else (),
            stock=(int(price), pk % 7, None) if price else None,
        )


def chosen_words(count: int) -> list[str]:
    """Words as people search: one to four of a name, half of them without marks."""
    chance = Random(5)
    names = [row[0] for row in generate(count)]
    found = []
    for name in chance.sample(names, min(QUERIES, len(names))):
        words = name.split()
        length = chance.choice((1, 2, 2, 3, 3, 4))
        start = chance.randrange(max(1, len(words) - length + 1))
        text = " ".join(words[start : start + length])
        found.append(text if chance.random() < 0.5 else strip_marks(text).lower())
    return found


def mistyped(words: list[str]) -> list[str]:
    """The same with a letter doubled in the longest word."""
    found = []
    for text in words:
        longest = max(text.split(), key=len)
        found.append(text.replace(longest, longest[:2] + longest[1:], 1))
    return found


class Noting(Session):
    """A session that notes what is asked of it."""

    def __init__(self, session: Session):
        self.session = session
        self.asked: list[Question] = []
        self.handles: list[list] = []

    def answer(self, question):
        self.asked.append(question)
        return self.session.answer(question)

    def facts(self, handles):
        self.handles.append(handles)
        return self.session.facts(handles)

    def __getattr__(self, name):
        return getattr(self.session, name)


def timed(act: Callable[[], object]) -> float:
    """Milliseconds of processor time: what else the machine does is left out."""
    started = time.process_time()
    act()
    return 1000 * (time.process_time() - started)


def middle(times: list[float], share: float = 0.5) -> float:
    return sorted(times)[min(int(len(times) * share), len(times) - 1)]


def measured(engine: EmbeddedEngine, queries: list[ProductQuery], tree: Tree) -> dict[str, float]:
    """Our search, and the same questions asked of the engine alone."""
    ours, alone = [], []
    scopes = [resolve(query, tree) for query in queries]
    for scope in scopes[:20]:
        engine.search(scope, 24)
    for scope in scopes:
        ours.append(min(timed(lambda: engine.search(scope, 24)) for _round in range(ROUNDS)))  # noqa: B023
        session = engine.session()
        noting = Noting(session)
        engine.session, before = lambda: noting, engine.session  # noqa: B023
        engine.search(scope, 24)
        engine.session = before

        def ask(session=session, noting=noting):
            for question in noting.asked:
                session.answer(question)
            for handles in noting.handles:
                session.facts(handles)

        alone.append(min(timed(ask) for _round in range(ROUNDS)))
    return {
        "p50": middle(ours),
        "p99": middle(ours, 0.99),
        "alone_p50": middle(alone),
        "alone_p99": middle(alone, 0.99),
        "ratio": sum(ours) / sum(alone),
    }


def query(**parameters: str) -> ProductQuery:
    address = QueryDict(mutable=True)
    address.update(parameters)
    return ProductQuery.from_get(address)


def anonymous_megabytes() -> float:
    """Anonymous resident memory of this process."""
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("RssAnon"))
    return int(line.split()[1]) / 1024


def build(size: int, folder: Path) -> None:
    """Build the index and print how quickly."""
    engine = EmbeddedEngine(folder)
    made, spent = documents(size), 0.0
    with engine.rebuild() as new:
        while batch := list(islice(made, BATCH)):
            spent += timed(lambda: new.add(batch))
    print(json.dumps({"bytes": engine.describe()["bytes"], "added_per_second": size / spent * 1000}))


def build_elastic(size: int, url: str) -> None:
    """Build an index on a server of Elasticsearch and print how quickly, by the clock."""
    engine = ElasticEngine([url], "bench", PATIENT, node_class=PlainJsonNode)
    started = time.perf_counter()
    made = documents(size)
    with engine.rebuild() as new:
        while batch := list(islice(made, BATCH)):
            new.add(batch)
    print(json.dumps({"per_second": size / (time.perf_counter() - started)}))


def tell(size: int, folder: Path) -> None:
    """Write the products and the words for the peers: rows.csv and words.json."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "rows.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows((row[0], row[-1], row[1], row[-4]) for row in generate(size))
    words = chosen_words(min(size, 20_000))
    (folder / "words.json").write_text(json.dumps(words, ensure_ascii=False))
    print(json.dumps(len(words)))


def ask(size: int, folder: Path) -> None:
    """Search the index and print what it took."""
    tree = Tree.load()
    engine = EmbeddedEngine(folder)
    words = chosen_words(min(size, 20_000))
    found = {
        "words": measured(engine, [query(q=text) for text in words], tree),
        "mistyped": measured(engine, [query(q=text) for text in mistyped(words)], tree),
        "browse": measured(
            engine,
            [
                query(group="food", stars=str(stars), price_min=str(low))
                for stars in (3, 4)
                for low in range(1, 50)
            ],
            tree,
        ),
        "memory": anonymous_megabytes(),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    act, size, place = sys.argv[1:]
    if act == "elastic":
        build_elastic(int(size), place)
    else:
        {"build": build, "ask": ask, "tell": tell}[act](int(size), Path(place))
