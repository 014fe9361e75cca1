"""News: the list, its articles, and how they are found."""

import datetime
import json
import re

import pytest
from wagtail.models import Locale

from cms.models import Article
from search import sections
from tests.cms.articles import add_article, add_picture, make_administrator
from tests.factories.catalog import make_product
from tests.tasks import run_tasks

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def texts_of(page: str, pattern: str) -> list[str]:
    return [re.sub(r"<[^>]+>", "", found).strip() for found in re.findall(pattern, page, re.DOTALL)]


def titles(response) -> list[str]:
    return texts_of(response.text, r"<h2><a href[^>]*>(.*?)</a></h2>")


# --- the list
def test_the_newest_stand_first_and_drafts_nowhere(index, client):
    add_article(index, "Cũ", date=datetime.date(2025, 1, 1))
    add_article(index, "Mới", date=datetime.date(2026, 1, 1))
    add_article(index, "Nháp", live=False)
    assert titles(client.get("/tin-tuc/")) == ["Mới", "Cũ"]


def test_each_language_has_its_own_articles(index, client):
    add_article(index, "Chỉ tiếng Việt")
    english = index.get_translation(Locale.objects.get(language_code="en"))
    add_article(english, "English only")
    assert titles(client.get("/tin-tuc/")) == ["Chỉ tiếng Việt"]
    assert titles(client.get("/en/tin-tuc/")) == ["English only"]


def test_a_translation_is_an_article_of_its_language(index):
    article = add_article(index)
    translated = article.copy_for_translation(Locale.objects.get(language_code="en"))
    assert translated.language == "en"


def test_a_kind_narrows_the_list(index, client):
    add_article(index, "Kế hoạch", kind=Article.Kind.POLICY)
    add_article(index, "Chợ", kind=Article.Kind.MARKET)
    assert titles(client.get("/tin-tuc/?kind=policy")) == ["Kế hoạch"]


@pytest.mark.parametrize(
    "query", ["page=99", "page=abc", "page=-1", "kind=none", "kind=%00", "kind=policy&page=7"]
)
def test_bad_input_is_no_error(index, client, query):
    add_article(index)
    assert client.get(f"/tin-tuc/?{query}").status_code == 200


def test_more_than_a_page_of_articles_has_a_pager(index, client):
    for number in range(21):
        add_article(index, f"Bài {number}", date=datetime.date(2026, 1, 1 + number))
    first, second = client.get("/tin-tuc/"), client.get("/tin-tuc/?page=2")
    assert len(titles(first)) == 20
    assert titles(second) == ["Bài 0"]
    assert 'rel="next"' in first.text


@pytest.mark.parametrize("count", [1, 20])
def test_the_list_takes_the_same_number_of_queries(index, client, django_assert_num_queries, count):
    for number in range(count):
        add_article(index, f"Bài {number}", picture=add_picture())
    client.get("/tin-tuc/")
    with django_assert_num_queries(8):
        client.get("/tin-tuc/")


@pytest.mark.sqlite
def test_the_list_is_read_along_an_index(index):
    """Ten thousand articles are neither sorted nor looked through for a page of twenty."""
    plan = Article.objects.published("vi").for_lists()[:20].explain()
    assert "cms_article_newest" in plan
    assert "TEMP B-TREE" not in plan


# --- an article
@pytest.mark.parametrize(
    ("precision", "written", "machine"),
    [
        ("day", "05/10/2021", "2021-10-05"),
        ("month", "Tháng 10, 2021", "2021-10"),
        ("year", "2021", "2021"),
    ],
)
def test_a_date_is_no_more_exact_than_it_is_known(index, client, precision, written, machine):
    article = add_article(index, date=datetime.date(2021, 10, 5), date_precision=precision)
    page = client.get(article.address).text
    assert f'<time datetime="{machine}">{written}</time>' in page


def test_an_article_shows_its_sources_and_goods(index, client):
    tea = make_product(title="Trà sen Tây Hồ")
    article = add_article(
        index,
        sources=[
            ("source", {"title": "Báo", "url": "https://example.org/", "date": datetime.date(2026, 1, 2)})
        ],
        related=[("products", {"title": "Có trong bài", "products": [tea]})],
    )
    page = client.get(article.address).text
    assert '<a href="https://example.org/" rel="nofollow noopener">Báo</a>, 02/01/2026' in page
    assert page.index("Thân bài") < page.index("Có trong bài") < page.index("Trà sen Tây Hồ")


def test_search_engines_are_told_what_it_is(index, client):
    article = add_article(index, "Chợ </script> phiên", date=datetime.date(2026, 1, 2))
    page = client.get(article.address).text
    found = [json.loads(text) for text in re.findall(r'ld\+json">(.*?)</script>', page, re.DOTALL)]
    news = next(each for each in found if each["@type"] == "NewsArticle")
    assert (news["headline"], news["datePublished"], news["inLanguage"]) == (
        "Chợ </script> phiên",
        "2026-01-02",
        "vi",
    )
    assert news["mainEntityOfPage"] == f"http://testserver{article.address}"


@pytest.mark.parametrize("others", [0, 30])
def test_an_article_takes_the_same_number_of_queries(index, client, django_assert_num_queries, others):
    article = add_article(
        index,
        body=[("text", "<p>Chữ</p>"), ("query", {"title": "Hàng", "words": "san pham", "number": 4})]
        * (1 + others),
    )
    for _number in range(1 + others):
        make_product()
    client.get(article.address)
    with django_assert_num_queries(11):
        client.get(article.address)


@pytest.mark.parametrize("path", ["/tin-tuc/khong-co/", "/khong-co/cho-phien-ocop/", "/cho-phien-ocop/"])
def test_what_is_not_there_is_not_found(index, client, path):
    add_article(index, slug="cho-phien-ocop")
    assert client.get("/tin-tuc/cho-phien-ocop/").status_code == 200
    assert client.get(path).status_code == 404


def test_a_draft_is_shown_to_editors_in_the_language_of_the_page(index, client):
    article = add_article(index, live=False)
    client.force_login(make_administrator())
    assert client.get(article.address).status_code == 404
    preview = client.get(f"/quan-tri/pages/{article.pk}/view_draft/")
    assert preview.status_code == 200
    assert 'lang="vi"' in preview.text
    assert "Thân bài" in preview.text


# --- the search
def test_articles_are_found_without_marks_and_only_in_their_language(index):
    add_article(index, "Đường về làng gốm")
    english = index.get_translation(Locale.objects.get(language_code="en"))
    add_article(english, "Duong in English")
    run_tasks()
    for words in ("duong", "Đường gốm", "than bai duong"):
        found = next(each for each in sections.find(words) if each.section.name == "pages")
        assert [entry.title for entry in found.entries] == ["Đường về làng gốm"]
    assert not [each for each in sections.find("duong khac") if each.section.name == "pages"]


def test_what_is_no_word_finds_no_pages(index, client):
    add_article(index)
    for words in ("", "!!!", "%00", "'"):
        assert client.get("/tin-tuc/tim-thay/", {"q": words}).status_code == 200


@pytest.mark.parametrize("count", [1, 30])
def test_finding_pages_takes_the_same_number_of_queries(index, django_assert_num_queries, count):
    for number in range(count):
        add_article(index, f"Làng gốm {number}")
    run_tasks()
    sections.find("lang gom")
    with django_assert_num_queries(2):
        [found] = sections.find("lang gom")
    assert len(found.entries) == min(count, 3)


def test_all_found_pages_are_listed(index, client):
    for number in range(5):
        add_article(index, f"Làng gốm {number}")
    run_tasks()
    found = next(each for each in sections.find("lang gom") if each.section.name == "pages")
    assert len(found.entries) == 3
    assert len(titles(client.get(found.more_url))) == 5
