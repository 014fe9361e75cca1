"""The demo's articles: real events of the programme in our own words, each with its sources."""

import datetime
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cms.domain.site import set_up
from cms.models import Article, NewsIndex, Picture
from marketplace.sampledata.editors_pages import translate_page
from marketplace.sampledata.news_pictures import draw_shelf

ARTICLES = Path(__file__).parent / "data" / "news"
CARDS = 4
PICTURED_FROM = "2023"
"""Those of the first page of the list: drawing all sizes of a picture takes seconds."""

PRECISIONS = {4: Article.Precision.YEAR, 7: Article.Precision.MONTH, 10: Article.Precision.DAY}


def load_news() -> int:
    """Make the articles that are missing, leave the others as editors made them; returns how many are new.

    Where the pictures of products are there, newer articles get one of the goods that they show.
    """
    set_up()
    list_of_news = NewsIndex.objects.get(locale__language_code="vi")
    there = set(list_of_news.get_children().values_list("slug", flat=True))
    missing = [row for row in _rows() if row["vi"]["slug"] not in there]
    for row in missing:
        slug = row["vi"]["slug"]
        queries = [part["query"] for part in row["vi"]["body"] if "query" in part]
        picture = _picture(slug, queries) if row["date"] >= PICTURED_FROM else None
        article = list_of_news.add_child(
            instance=Article(locale=list_of_news.locale, slug=slug, picture=picture, **_content(row, "vi"))
        )
        article.save_revision().publish()
        if "en" in row:
            above = NewsIndex.objects.get(locale__language_code="en")
            translate_page(article, above, {**_content(row, "en"), "slug": row["en"]["slug"]})
    return len(missing)


def _picture(slug: str, queries: list[dict]) -> Picture | None:
    """Of the goods of the first block that has enough of them."""
    return next(filter(None, (draw_shelf(slug, query) for query in queries)), None)


def _rows() -> Iterator[dict]:
    """The oldest first, so that newer ones have higher ids too."""
    for path in sorted(ARTICLES.glob("*.toml")):
        yield tomllib.loads(path.read_text(encoding="utf-8"))


def _content(row: dict, language: str) -> dict:
    text = row[language]
    day, precision = _date(row["date"])
    return {
        "title": text["title"],
        "intro": text["intro"],
        "kind": row["kind"],
        "date": day,
        "date_precision": precision,
        "body": [_block(kind, value) for part in text["body"] for kind, value in part.items()],
        "sources": [("source", source) for source in row["sources"]],
    }


def _date(written: str) -> tuple[datetime.date, str]:
    """A date that may lack its day or month, and how exact it is."""
    return datetime.date.fromisoformat(f"{written}-01-01"[:10]), PRECISIONS[len(written)]


def _block(kind: str, value: Any) -> tuple[str, Any]:
    if kind == "text":
        return kind, value.strip()
    if kind == "figures":
        return kind, {"figures": [{"value": figure, "label": label} for figure, label in value]}
    return kind, {"number": CARDS, **value} if kind == "query" else value
