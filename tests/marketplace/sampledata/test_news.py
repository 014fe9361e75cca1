"""The demo's articles: all there, each with its sources, and never over what an editor has changed."""

import html
import re
import tomllib

import pytest
from django.utils import translation

from catalog.domain.sets import load_sets
from cms.addresses import page_address
from cms.models import Article
from marketplace.sampledata.news import ARTICLES, load_news

pytestmark = pytest.mark.integration

FILES = sorted(ARTICLES.glob("*.toml"))
NEWEST_IN_ENGLISH = 10
FEWEST_WORDS = 80


def rows() -> list[dict]:
    return [tomllib.loads(file.read_text(encoding="utf-8")) for file in FILES]


def words(text: dict) -> int:
    body = " ".join(part.get("text", "") for part in text["body"])
    return len(re.sub(r"<[^>]+>", " ", f"{text['title']} {text['intro']} {body}").split())


@pytest.mark.unit
def test_there_are_enough_of_them_and_each_names_its_sources():
    assert len(FILES) >= 30
    for row in rows():
        assert all(re.match(r"https?://[^/]+\.[^/]+/", source["url"]) for source in row["sources"])
        assert row["sources"]
        assert words(row["vi"]) >= FEWEST_WORDS


@pytest.mark.unit
def test_addresses_and_titles_are_different():
    for language in ("vi", "en"):
        texts = [row[language] for row in rows() if language in row]
        assert len({text["slug"] for text in texts}) == len({text["title"] for text in texts}) == len(texts)


@pytest.mark.unit
def test_the_newest_are_in_english_too():
    newest = sorted(rows(), key=lambda row: f"{row['date']}-00-00"[:10], reverse=True)[:NEWEST_IN_ENGLISH]
    assert all("en" in row for row in newest)
    for row in newest:
        kinds = {language: [next(iter(part)) for part in row[language]["body"]] for language in ("vi", "en")}
        assert kinds["vi"][-1] == kinds["en"][-1]


@pytest.mark.django_db
def test_loading_twice_makes_nothing_new_and_leaves_what_editors_changed(client):
    assert load_news() == len(FILES)
    article = Article.objects.get(slug="ha-noi-dat-3463-san-pham-ocop")
    article.title = "Biên tập lại"
    article.save_revision().publish()

    assert load_news() == 0
    assert Article.objects.count() == len(FILES) + sum("en" in row for row in rows())
    assert "Biên tập lại" in client.get("/tin-tuc/ha-noi-dat-3463-san-pham-ocop/").text


@pytest.mark.django_db
def test_every_article_is_what_an_editor_could_have_saved_and_can_be_read(client):
    load_sets()
    load_news()
    for article in Article.objects.all():
        article.full_clean()
        for field in ("body", "sources"):
            stream = getattr(article, field)
            stream.stream_block.clean(stream)
        page = html.unescape(client.get(page_address(article.url_path, article.language)).text)
        assert article.title in page
        assert article.named_sources[0]["url"] in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("slug", "written", "for_machines"),
    [
        ("nam-2022-dat-muc-tieu-6500-san-pham", "2022", "2022"),
        ("ha-noi-dat-3463-san-pham-ocop", "Tháng 10, 2025", "2025-10"),
        ("them-28-san-pham-ocop-5-sao", "16/01/2025", "2025-01-16"),
    ],
)
def test_a_date_is_no_more_exact_than_its_source(slug, written, for_machines):
    load_news()
    article = Article.objects.get(slug=slug)
    assert article.machine_date == for_machines
    with translation.override("vi"):
        assert article.written_date.casefold() == written.casefold()
