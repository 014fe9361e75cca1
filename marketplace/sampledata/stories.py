"""The demo's stories and English names, attached to the products that they tell of."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from catalog.models import Product
from marketplace.core import clock
from marketplace.core.text import fold, slugify
from producers.models import Story
from producers.names import normal_name

FOLDER = Path(__file__).parent / "data"
STORIES = FOLDER / "stories.csv"
NAMES = FOLDER / "names_en.csv"


def add_stories(products: Iterable[Product]) -> int:
    """The stories of these products; returns how many."""
    by_names = {
        (fold(product.title), product.producer.normal_name): product
        for product in products
        if product.producer is not None
    }
    now = clock.now()
    stories = [
        Story(
            product=product,
            seller=product.producer,
            title=row["title"],
            title_en=row["title_en"],
            slug=slugify(row["title"]),
            body=row["body"],
            body_en=row["body_en"],
            facts=[line.split(": ", 1) for line in row["facts"].splitlines()],
            sources=[{"title": "", "url": row["source_url"]}],
            published_at=now,
        )
        for row in _rows(STORIES)
        if (product := _of(row, by_names)) is not None
    ]
    for story in stories:
        story.folded = story.words()
    Story.objects.bulk_create(stories)
    return len(stories)


def add_english_names(products: Iterable[Product]) -> int:
    """English names where the name translates plainly; returns how many."""
    names = {row["product_name"]: row["title_en"] for row in _rows(NAMES)}
    named = [product for product in products if product.title in names]
    for product in named:
        product.title_en = names[product.title]
        product.folded = product.words()
    Product.objects.bulk_update(named, ["title_en", "folded"], batch_size=200)
    return len(named)


def _of(row: dict, by_names: dict[tuple[str, str], Product]) -> Product | None:
    title = fold(row["product_name"])
    forms = ("", "household", "company", "cooperative", "cooperative_group")
    keys = ((title, normal_name(row["producer_name"], form).key) for form in forms)
    return next((by_names[key] for key in keys if key in by_names), None)


def _rows(path: Path) -> Iterator[dict]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
