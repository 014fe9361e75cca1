"""An index of made-up products, and the words to ask for, made in a process of its own.

Documents are made from the rows of `generate_products` without a database for them, so that a million takes
minutes; groups, places and sellers are those of the small shop that DATABASE_URL or the data directory names.
Prints one line of JSON.
"""

import csv
import json
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random

import django

django.setup()

from catalog.domain.certify import counted_from, last_day  # noqa: E402 - needs Django set up
from catalog.domain.importing.classifying import category_code  # noqa: E402
from catalog.models import Category  # noqa: E402
from marketplace.core.text import strip_marks  # noqa: E402
from marketplace.regions.domain.resolve import Resolver  # noqa: E402
from marketplace.sampledata.generate import generate  # noqa: E402
from search.document import BATCH, Document, DocumentMaker  # noqa: E402
from search.engines.elastic.engine import ElasticEngine  # noqa: E402
from search.engines.embedded.engine import EmbeddedEngine  # noqa: E402
from search.places import Places  # noqa: E402
from tests.bench.searching import timed  # noqa: E402
from tests.search.elastic import PATIENT  # noqa: E402
from tests.services.elastic import PlainJsonNode  # noqa: E402

QUERIES = 300
#: Words are chosen from so many names at most.
NAMES = 20_000


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
    words = chosen_words(min(size, NAMES))
    (folder / "words.json").write_text(json.dumps(words, ensure_ascii=False))
    print(json.dumps(len(words)))


if __name__ == "__main__":
    act, size, place = sys.argv[1:]
    if act == "elastic":
        build_elastic(int(size), place)
    else:
        {"build": build, "tell": tell}[act](int(size), Path(place))
