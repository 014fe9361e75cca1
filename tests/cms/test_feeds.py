"""The news as RSS and Atom."""

import datetime
from xml.etree import ElementTree

import pytest
from wagtail.models import Locale

from tests.cms.articles import add_article

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

ATOM = {"a": "http://www.w3.org/2005/Atom"}


def read(response) -> ElementTree.Element:
    return ElementTree.fromstring(response.content)  # noqa: S314 - our own answer is no foreign file


def test_rss_has_the_newest_first_with_whole_addresses(index, client):
    add_article(index, "Cũ & xưa", slug="cu", date=datetime.date(2025, 1, 1))
    add_article(index, "Mới", slug="moi", date=datetime.date(2026, 1, 2))
    response = client.get("/tin-tuc/rss.xml")
    assert response["Content-Type"].startswith("application/rss+xml")
    channel = read(response).find("channel")
    assert channel.findtext("language") == "vi"
    assert [item.findtext("title") for item in channel.iter("item")] == ["Mới", "Cũ & xưa"]
    newest = next(channel.iter("item"))
    assert newest.findtext("link") == "http://testserver/tin-tuc/moi/"
    assert newest.findtext("pubDate") == "Fri, 02 Jan 2026 00:00:00 +0700"


def test_atom_in_english_has_the_english_articles(index, client):
    add_article(index, "Tiếng Việt")
    english = index.get_translation(Locale.objects.get(language_code="en"))
    add_article(english, "In English", slug="in-english")
    feed = read(client.get("/en/tin-tuc/atom.xml"))
    assert [entry.findtext("a:title", None, ATOM) for entry in feed.iterfind("a:entry", ATOM)] == [
        "In English"
    ]
    assert feed.find("a:entry/a:link", ATOM).get("href") == "http://testserver/en/tin-tuc/in-english/"


@pytest.mark.parametrize("count", [1, 30])
def test_a_feed_takes_the_same_number_of_queries(index, client, django_assert_num_queries, count):
    for number in range(count):
        add_article(index, f"Bài {number}")
    with django_assert_num_queries(2):
        client.get("/tin-tuc/rss.xml")


def test_a_site_without_news_has_an_empty_feed(client):
    assert read(client.get("/tin-tuc/rss.xml")).findall("channel/item") == []


def test_pages_name_the_feeds(index, client):
    for path in ("/", "/tin-tuc/"):
        assert 'href="/tin-tuc/rss.xml"' in client.get(path).text
