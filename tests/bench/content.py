"""Write articles, events and a home page into our shop: `python -m tests.bench.content FOLDER`.

Into FOLDER comes `content.json`: what the peer needs to have the same, and the pages to ask for. Two numbers
after it are those of articles and events, for a miniature.
"""

import datetime
import json
import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
django.setup()

from django.db import transaction  # noqa: E402 - models need Django set up
from django.db.models import Count  # noqa: E402
from django_tasks_db.models import DBTaskResult  # noqa: E402

from catalog.models import Category, Product  # noqa: E402
from cms.domain.site import set_up  # noqa: E402
from cms.models import Article, HomePage, NewsIndex  # noqa: E402
from marketplace.core import clock  # noqa: E402
from marketplace.events.models import Event  # noqa: E402
from tests.bench import writing  # noqa: E402
from tests.bench.growing import add_children  # noqa: E402

PAGES = 16
SETS = 2


def write(folder: Path, articles: int, events: int) -> None:
    """Everything, and what was written into ``content.json``."""
    products = list(Product.objects.listed().order_by("pk").values_list("pk", flat=True))
    home = set_up()
    listed = NewsIndex.objects.get(locale=home.locale)
    today = clock.today()
    sets = largest_sets()
    words = writing.home(len(products))
    with transaction.atomic():
        add_events(events, today)
        found = Product.objects.in_bulk(products)
        compose(home, words, [found[products[row]] for row in words["products"]], sets)
        add_children(
            listed,
            (article_page(each, products, found) for each in writing.articles(len(products), articles)),
        )
    # What saving leaves to do is no part of what is measured.
    DBTaskResult.objects.all().delete()
    chosen = [writing.article(number, len(products)) for number in range(0, articles, articles // PAGES or 1)]
    content = {
        "articles": articles,
        "events": events,
        "today": today.isoformat(),
        "sets": sets,
        "titles": [article["title"] for article in chosen],
        "paths": {
            "article": [f"/tin-tuc/{article['slug']}/" for article in chosen],
            "index": ["/tin-tuc/"],
            "home": ["/"],
        },
    }
    (folder / "content.json").write_text(json.dumps(content, ensure_ascii=False, indent=1))


def largest_sets() -> list[tuple[str, str]]:
    """Code and name of the sets with the most products."""
    counted = Category.objects.filter(depth=2).annotate(number=Count("product")).order_by("-number", "pk")
    return [(each.code, each.name) for each in counted[:SETS]]


def add_events(number: int, today: datetime.date) -> None:
    for row in (writing.event(each, today) for each in range(number)):
        days = {name: datetime.date.fromisoformat(row.pop(name)) for name in ("starts_on", "ends_on")}
        Event.objects.create(**row, **days, kind=Event.Kind.FAIR, state=Event.State.PUBLISHED)


def compose(home: HomePage, words: dict, by_hand: list[Product], sets: list[tuple[str, str]]) -> None:
    """The home page of the same blocks as the peer's, instead of the one that a new shop has."""
    home.body = [
        *(("text", text) for text in words["texts"]),
        ("figures", figures(words["figures"])),
        ("products", {"products": by_hand}),
        *(("query", {"category": code, "number": writing.CARDS}) for code, _name in sets),
        ("news", {"number": writing.LISTED}),
        ("coming", {"which": "coming", "number": writing.LISTED}),
        ("action", words["action"]),
    ]
    home.save_revision().publish()


def article_page(article: dict, products: list[int], found: dict[int, Product]) -> Article:
    first, *others = article["texts"]
    body = [
        ("text", first),
        ("figures", figures(article["figures"])),
        *(("text", text) for text in others),
        ("quote", article["quote"]),
        ("products", {"products": [found[products[row]] for row in article["products"]]}),
        ("action", article["action"]),
    ]
    fields = {name: article[name] for name in ("title", "slug", "intro")}
    day = datetime.date.fromisoformat(article["date"])
    return Article(**fields, date=day, body=body, language="vi")


def figures(pairs: list) -> dict:
    return {"figures": [{"value": value, "label": label} for value, label in pairs]}


if __name__ == "__main__":
    folder, *numbers = sys.argv[1:]
    write(Path(folder), *(map(int, numbers) if numbers else (writing.ARTICLES, writing.EVENTS)))
