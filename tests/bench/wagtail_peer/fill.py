"""Fill plain Wagtail's empty database: `python fill.py CATALOGUE CONTENT`.

The first file has the products of ours, the second says how many articles and events there are and of which
set the home page shows products; their words come from `tests.bench.writing`, as those of ours do.
"""

import csv
import datetime
import json
import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
django.setup()

from django.db import transaction  # noqa: E402 - models need Django set up
from pages.models import ArticleIndexPage, ArticlePage, Event, HomePage, Product  # noqa: E402
from wagtail.models import Page, Site  # noqa: E402

from tests.bench import writing  # noqa: E402
from tests.bench.growing import add_children  # noqa: E402

BATCH = 2000


@transaction.atomic
def fill(catalogue: Path, content: dict) -> None:
    with catalogue.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    products = Product.objects.bulk_create(
        [
            Product(title=row["title"], set_name=row["set"], seller=row["seller"], price=row["price"] or None)
            for row in rows
        ],
        batch_size=BATCH,
    )
    today = datetime.date.fromisoformat(content["today"])
    fields = ("title", "intro", "venue", "starts_on", "ends_on")
    events = (writing.event(number, today) for number in range(content["events"]))
    Event.objects.bulk_create([Event(**{name: each[name] for name in fields}) for each in events])
    home = add_home(products, content)
    listed = home.add_child(instance=ArticleIndexPage(title="Tin tức", slug="tin-tuc"))
    articles = writing.articles(len(products), content["articles"])
    add_children(listed, (article_page(each, products) for each in articles))


def add_home(products: list[Product], content: dict) -> HomePage:
    Page.objects.filter(depth=2).delete()
    words = writing.home(len(products))
    body = [
        *(("text", text) for text in words["texts"]),
        ("figures", figures(words["figures"])),
        ("products", {"title": "", "products": [products[row] for row in words["products"]]}),
        *(
            ("query", {"title": name, "set_name": name, "number": writing.CARDS})
            for _code, name in content["sets"]
        ),
        ("news", {"title": "Tin tức", "number": writing.LISTED}),
        ("events", {"title": "Sự kiện", "number": writing.LISTED}),
        ("action", words["action"]),
    ]
    root = Page.objects.get(depth=1)
    home = root.add_child(instance=HomePage(title=words["title"], slug="home", body=body))
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={"hostname": "127.0.0.1", "root_page": home, "site_name": "Plain Wagtail"},
    )
    return home


def article_page(article: dict, products: list[Product]) -> ArticlePage:
    first, *others = article["texts"]
    body = [
        ("text", first),
        ("figures", figures(article["figures"])),
        *(("text", text) for text in others),
        ("quote", article["quote"]),
        ("products", {"title": "", "products": [products[row] for row in article["products"]]}),
        ("action", article["action"]),
    ]
    fields = {name: article[name] for name in ("title", "slug", "intro", "date")}
    return ArticlePage(**fields, body=body)


def figures(pairs: list) -> dict:
    return {"figures": [{"value": value, "label": label} for value, label in pairs]}


if __name__ == "__main__":
    fill(Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text()))
