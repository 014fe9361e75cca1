"""Products found by Wagtail's search in the database: `python searching.py ROWS WORDS`.

ROWS is a CSV of name, set, seller and price, WORDS a JSON list of texts; the database is empty. Prints one
line of JSON: milliseconds for a page of 24, the number of all and the numbers of each set. The database
computes in other processes, so it is the time that passes.
"""

import csv
import json
import os
import sys
import time
from itertools import islice
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - needs Django set up
from django.db import connection  # noqa: E402
from pages.models import Product  # noqa: E402
from wagtail.search.backends import get_search_backend  # noqa: E402

PAGE = 24
BATCH = 2000


def fill(rows: Path) -> None:
    index = get_search_backend().get_index_for_model(Product)
    with rows.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        while batch := list(islice(lines, BATCH)):
            made = Product.objects.bulk_create(
                [
                    Product(title=name, set_name=of, seller=seller, price=price or None)
                    for name, of, seller, price in batch
                ]
            )
            index.add_items(Product, made)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def ask(text: str) -> float:
    started = time.perf_counter()
    found = get_search_backend().search(text, Product, operator="and")
    found.count()
    found.facet("set_name")
    list(found[:PAGE])
    return 1000 * (time.perf_counter() - started)


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    fill(Path(sys.argv[1]))
    words = json.loads(Path(sys.argv[2]).read_text())
    ask(words[0])
    print(json.dumps([ask(text) for text in words]))
