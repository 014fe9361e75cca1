"""Fill our database for the benchmark: `python -m tests.bench.fill tables`, `… products FOLDER SIZE [CSV]`.

The first makes the tables and what every shop has: regions, product sets, pages of text. The second brings in
the products of the CSV, by default those that `generate_products` makes up, gives every seller's goods enough
stock, and writes into FOLDER what the peer is filled from (`catalogue.csv`) and which pages and products are
asked for (`pages.json`).
"""

import csv
import json
import os
import sys
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - models need Django set up
from django.db.models import Count  # noqa: E402
from django.urls import reverse  # noqa: E402
from django_tasks_db.models import DBTaskResult  # noqa: E402

from catalog.domain.importing import import_products  # noqa: E402
from catalog.domain.sets import load_sets  # noqa: E402
from catalog.models import Category, Product  # noqa: E402
from marketplace.regions.domain.load import load_regions  # noqa: E402
from marketplace.sampledata.pages import load_pages  # noqa: E402
from producers.domain import stock  # noqa: E402
from producers.models import Partner, StockRecord  # noqa: E402
from search import engines, indexing  # noqa: E402

IN_STOCK = 1_000_000
BATCH = 500
PAGES = 16
"""How many products, stalls and goods are asked for in turn."""

SHELF = 4
"""Cards of the same stall, and of the same commune, that a product's page has room for."""

STALL = 6
"""Products of the stalls that are asked for, or about as many."""


def make_tables() -> None:
    call_command("migrate", verbosity=0)
    load_regions()
    load_sets()
    load_pages()


def bring_in(folder: Path, size: int, source: Path | None) -> None:
    table = folder / "products.csv"
    if source is None:
        call_command("generate_products", size, csv=table, verbosity=0)
    else:
        _first_rows(source, table, size)
    report = import_products(table, illustrate=False)
    if not report.is_written:
        raise SystemExit("\n".join(map(str, report.problems[:20])))
    stock_up()
    if engines.index() is not None:
        indexing.rebuild()
    # Nothing is left to do: the worker that serves the orders finds only theirs.
    DBTaskResult.objects.all().delete()
    rows = write_catalogue(folder / "catalogue.csv")
    (folder / "pages.json").write_text(json.dumps(choose_pages(rows), ensure_ascii=False, indent=1))


def _first_rows(source: Path, table: Path, size: int) -> None:
    with source.open(encoding="utf-8-sig", newline="") as given, table.open("w", newline="") as taken:
        csv.writer(taken).writerows(islice(csv.reader(given), size + 1))


def stock_up() -> None:
    """So much of everything that no order of the benchmark empties a shelf."""
    records = list(StockRecord.objects.filter(price__isnull=False).values_list("pk", flat=True))
    for start in range(0, len(records), BATCH):
        stock.receive_many(dict.fromkeys(records[start : start + BATCH], IN_STOCK), reference="bench")


def write_catalogue(file: Path) -> dict[int, int]:
    """What the lists show, for the peer; returns the row of each product by its key."""
    groups = {each.path: each.name for each in Category.objects.filter(depth=1)}
    listed = Product.objects.listed().select_related("producer").order_by("pk")
    rows = {}
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(["title", "group", "set", "seller", "price"])
        for product in listed.prefetch_related("categories", "stockrecords").iterator(chunk_size=2000):
            rows[product.pk] = len(rows)
            category = product.category
            writer.writerow(
                [
                    product.title,
                    groups[category.path[: Category.steplen]],
                    category.name if category.depth > 1 else "",
                    product.producer.name if product.producer else "",
                    product.price if product.price is not None else "",
                ]
            )
    return rows


def choose_pages(rows: dict[int, int]) -> dict:
    """The pages to ask for; `rows` are those of the catalogue, by which the peer finds the same products."""
    category = (
        Category.objects.filter(depth=2).annotate(number=Count("product")).order_by("-number", "pk").first()
    )
    products = _first(full_pages(), rows) or _first(rows, rows)
    goods = [each for each in _first(buyable(), rows) if each.can_buy]
    words = " ".join(products[0].title.split()[:2])
    return {
        "list": {"paths": [reverse("catalogue:index")], "products": len(rows)},
        "category": {
            "paths": [category.get_absolute_url()],
            "products": Product.objects.listed().filter(categories=category).count(),
            "names": [category.get_parent().name, category.name],
        },
        "search": {"paths": [reverse("search:search")], "words": words},
        "product": {
            "paths": [each.get_absolute_url() for each in products],
            "rows": [rows[each.pk] for each in products],
            "titles": [each.title for each in products],
        },
        "stall": {"paths": [reverse("stalls:detail", args=[each.slug]) for each in usual_stalls()]},
        "basket": {
            "paths": [reverse("basket:add", args=[each.pk]) for each in goods],
            "rows": [rows[each.pk] for each in goods],
        },
    }


def _first(keys: Iterable[int], rows: dict[int, int]) -> list[Product]:
    chosen = sorted(key for key in keys if key in rows)[:PAGES]
    return list(Product.objects.for_cards().filter(pk__in=chosen).order_by("pk"))


def full_pages() -> list[int]:
    """Products whose pages have all that a page can have, both shelves full, at every size of the shop."""
    of_stall = _numbers("producer")
    of_place = _numbers("region")
    together = _numbers("producer", "region")
    products = Product.objects.exclude(producer=None).exclude(region=None)
    return [
        pk
        for pk, stall, place in products.values_list("pk", "producer", "region")
        if of_stall[stall,] > SHELF and of_place[place,] - together[stall, place] >= SHELF
    ]


def _numbers(*names: str) -> dict[tuple, int]:
    counted = Product.objects.order_by().values_list(*names).annotate(number=Count("pk"))
    return {tuple(keys): number for *keys, number in counted}


def buyable() -> list[int]:
    return list(Product.objects.for_sale().order_by("pk").values_list("pk", flat=True)[: 10 * PAGES])


def usual_stalls():
    """Stalls with about as many products at every size of the shop."""
    stalls = Partner.objects.public().annotate(number=Count("products")).filter(number__gt=0)
    return sorted(stalls.order_by("pk"), key=lambda each: abs(each.number - STALL))[:PAGES]


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["tables"]:
            make_tables()
        case ["products", folder, size, *source]:
            bring_in(Path(folder), int(size), Path(source[0]) if source else None)
        case _:
            raise SystemExit(__doc__)
