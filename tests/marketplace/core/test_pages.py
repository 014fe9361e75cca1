"""Whole pages in the cache: kept, the same for everybody, and never older than what they show."""

import datetime
import gzip

import brotli
import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory

from catalog.domain import certify
from catalog.models import Category, Product
from marketplace.core import pages
from marketplace.core.models import PublicChange, User
from marketplace.core.roles import Role, TeamRole
from producers.domain import stock
from producers.models import Partner
from tests.factories.catalog import (
    PASSWORD,
    make_category,
    make_member,
    make_picture,
    make_product,
    make_user,
)
from tests.storefront.shopping import fill_basket, log_in

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

PUBLIC = "public, max-age=0, s-maxage=1"


@pytest.fixture
def cached(settings, monkeypatch):
    """The cache is on, and each request looks for changes."""
    settings.PAGE_CACHE = True
    monkeypatch.setattr(pages, "VERSION_SECONDS", 0)


@pytest.fixture
def product(regions, frozen):
    return make_product(title="Trà sen Tây Hồ", price=120_000, stars=4, pictured=True)


# --- kept
@pytest.mark.usefixtures("cached")
def test_a_kept_page_costs_one_query_and_no_view(client, product, django_assert_num_queries):
    first = client.get(product.get_absolute_url())

    with django_assert_num_queries(1):
        second = client.get(product.get_absolute_url())

    assert second.content == first.content
    assert second.headers.items() == first.headers.items()


@pytest.mark.usefixtures("cached")
def test_the_version_is_read_twice_a_second_at_most(client, product, monkeypatch, django_assert_num_queries):
    now = [100.0]
    monkeypatch.setattr(pages, "VERSION_SECONDS", 0.5)
    monkeypatch.setattr(pages.time, "monotonic", lambda: now[0])
    client.get(product.get_absolute_url())

    now[0] += 0.49
    with django_assert_num_queries(0):
        client.get(product.get_absolute_url())
    now[0] += 0.01
    with django_assert_num_queries(1):
        client.get(product.get_absolute_url())


@pytest.mark.usefixtures("cached")
@pytest.mark.parametrize("path", ["/", "/san-pham/", "/gian-hang/", "/robots.txt", "/sitemap.xml"])
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_each_language_has_its_own_page(client, product, path, prefix):
    if path in ("/robots.txt", "/sitemap.xml") and prefix:
        return
    vietnamese = client.get(path).content

    other = client.get(f"{prefix}{path}")

    assert other.headers["Cache-Control"] == PUBLIC
    assert (other.content == vietnamese) == (not prefix)


@pytest.mark.usefixtures("cached")
def test_a_part_of_a_page_is_not_kept_as_the_page(client, product):
    part = client.get("/san-pham/", headers={"HX-Request": "true"}).content

    assert client.get("/san-pham/").content != part
    assert client.get("/san-pham/", headers={"HX-Request": "true"}).content == part


@pytest.mark.usefixtures("cached")
def test_addresses_and_hosts_have_pages_of_their_own(client, product):
    assert client.get("/san-pham/?stars=4").content != client.get("/san-pham/?stars=5").content
    here, there = (client.get("/", headers={"host": name}).content for name in ("one.test", "two.test"))
    assert b"one.test" in here
    assert b"two.test" in there


# --- true
def _sold(product):
    stock.take({product.stock_record.pk: 10}, reference="order 1")


def _withdrawn(product):
    decision = {"decision": "1/QĐ-UBND", "reason": "Không còn đạt"}
    certify.withdraw(product.certification, on=datetime.date(2026, 11, 24), **decision)


CHANGES = {
    "name": lambda product: Product.objects.filter(pk=product.pk).update(title="Trà sen Quảng An"),
    "price": lambda product: product.stockrecords.update(price=130_000),
    "price saved": lambda product: _save(product.stock_record, price=140_000),
    "stock": _sold,
    "stall's name": lambda product: Partner.objects.update(name="Hợp tác xã Sen"),
    "stall suspended": lambda product: Partner.objects.update(state=Partner.State.SUSPENDED),
    "certification withdrawn": _withdrawn,
    "certification": lambda product: product.certifications.update(stars=5),
    "picture": lambda product: make_picture(product, original="products/other-960.webp"),
    "set": lambda product: Category.objects.filter(set_number=8).update(name="Bộ khác"),
    "past Django": lambda product: _execute("UPDATE catalogue_product SET title = 'Trà khác'"),
}


def _save(record, **fields):
    for name, value in fields.items():
        setattr(record, name, value)
    record.save()


def _execute(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.usefixtures("cached")
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_shows_at_the_next_request(client, product, change):
    before = client.get(product.get_absolute_url()).content
    assert client.get(product.get_absolute_url()).content == before

    change(product)

    assert client.get(product.get_absolute_url(), follow=True).content != before


@pytest.mark.usefixtures("cached")
def test_pages_end_at_midnight_in_ha_noi(client, product, frozen):
    frozen.move_to("2026-11-24 16:59:50Z")
    product.certifications.update(valid_until="2026-11-24")
    before = client.get(product.get_absolute_url()).content

    frozen.shift(9)
    assert client.get(product.get_absolute_url()).content == before
    frozen.shift(1)

    after = client.get(product.get_absolute_url()).content
    assert b'data-stars="4"' in before
    assert b'data-stars="4"' not in after


def test_with_the_cache_off_a_page_says_the_same(client, product):
    response = client.get(product.get_absolute_url())

    assert response.headers["Cache-Control"] == PUBLIC
    assert (
        client.get(product.get_absolute_url(), headers={"If-None-Match": response["ETag"]}).status_code == 304
    )


# --- the same for everybody
def _visitors(product):
    anonymous = Client()
    yield anonymous
    with_basket = Client()
    fill_basket(with_basket, product)
    yield with_basket
    for person in (
        make_user(first_name="Mai"),
        make_member(product.producer, TeamRole.OWNER),
        make_member(product.producer, TeamRole.PACKER),
        User.objects.create_superuser("root@example.org", PASSWORD),
        *(_with_role(role) for role in (Role.EDITOR, Role.OFFICE, Role.ADMINISTRATOR)),
    ):
        visitor = Client()
        log_in(visitor, person)
        yield visitor
    yield Client(
        headers={"Accept-Language": "en-GB,en", "User-Agent": "Nokia", "Referer": "http://else.test/"}
    )


def _with_role(role):
    person = make_user()
    person.groups.create(name=role)
    return person


@pytest.mark.parametrize("cache", [True, False])
def test_ten_visitors_get_the_same_bytes(product, settings, monkeypatch, cache):
    settings.PAGE_CACHE = cache
    monkeypatch.setattr(pages, "VERSION_SECONDS", 0)
    paths = ["/", "/en/san-pham/", "/tim-kiem/?q=tra", product.get_absolute_url(), "/gian-hang/"]
    paths.append(product.producer.get_absolute_url())
    visitors = list(_visitors(product))
    assert len(visitors) == 10

    for path in paths:
        answers = [visitor.get(path) for visitor in visitors]
        assert len({answer.content for answer in answers}) == 1
        assert {answer.headers["Cache-Control"] for answer in answers} == {PUBLIC}
        assert not any(answer.cookies for answer in answers)
        assert not any("Cookie" in answer.headers["Vary"] for answer in answers)


@pytest.mark.usefixtures("cached")
def test_what_one_visitor_is_told_stands_on_no_other_page(client, product):
    told = Client()
    told.cookies[CookieStorage.cookie_name] = _message("Chỉ cho bạn")
    personal = told.get(product.get_absolute_url())

    assert "Chỉ cho bạn" in personal.content.decode()
    assert "private" in personal.headers["Cache-Control"]
    assert "Chỉ cho bạn" not in client.get(product.get_absolute_url()).content.decode()


def _message(text):
    storage = CookieStorage(RequestFactory().get("/"))
    response = HttpResponse()
    storage._store([Message(constants.INFO, text)], response)
    return response.cookies[CookieStorage.cookie_name].value


@pytest.mark.usefixtures("cached")
@pytest.mark.parametrize("path", ["/gio-hang/", "/toi/", "/tai-khoan/dang-nhap/", "/en/chung-nhan/"])
def test_other_pages_are_not_for_shared_caches(client, product, path):
    assert "s-maxage" not in client.get(path).headers.get("Cache-Control", "")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda request, response: request.session.get("anything"),
        lambda request, response: response.set_cookie("a", "b"),
        lambda request, response: response.headers.setdefault("Cache-Control", "no-store"),
        lambda request, response: setattr(response, "status_code", 404),
    ],
    ids=["session read", "cookie set", "not to be stored", "not found"],
)
def test_an_answer_that_is_personal_after_all_is_not_kept(rf, settings, spoil):
    settings.PAGE_CACHE = True
    made = []

    @pages.public_page
    def view(request):
        response = HttpResponse(f"answer {len(made)}")
        made.append(response)
        spoil(request, response)
        return response

    site = pages.PageCacheMiddleware(_with_session(view))
    answers = [site(rf.get("/")) for _time in range(2)]

    assert [answer.content for answer in answers] == [b"answer 0", b"answer 1"]
    assert "s-maxage" not in answers[0].headers.get("Cache-Control", "")


def _with_session(view):
    from django.contrib.sessions.middleware import SessionMiddleware  # noqa: PLC0415 - this helper's alone

    return SessionMiddleware(view)


# --- on the line
@pytest.mark.usefixtures("cached")
@pytest.mark.parametrize(
    ("accepted", "encoding", "decode"),
    [
        ("gzip, deflate", "gzip", gzip.decompress),
        ("gzip, br;q=0.9", "br", brotli.decompress),
        ("br;q=0, gzip", "gzip", gzip.decompress),
        ("identity", None, bytes),
    ],
)
def test_pages_are_compressed_as_the_browser_likes(client, product, accepted, encoding, decode):
    plain = client.get("/san-pham/").content

    for _time in range(2):
        answer = client.get("/san-pham/", headers={"Accept-Encoding": accepted})
        assert answer.headers.get("Content-Encoding") == encoding
        assert decode(answer.content) == plain
        assert "Accept-Encoding" in answer.headers["Vary"]


@pytest.mark.usefixtures("cached")
def test_an_unchanged_page_is_not_sent_twice(client, product):
    first = client.get(product.get_absolute_url())

    again = client.get(product.get_absolute_url(), headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")


def test_personal_pages_are_not_compressed(client, product):
    fill_basket(client, product)

    assert "Content-Encoding" not in client.get("/gio-hang/", headers={"Accept-Encoding": "gzip, br"}).headers


# --- the version
def test_the_version_counts_committed_changes_and_compacting_keeps_it(product):
    before = PublicChange.objects.version()
    make_category(11)
    PublicChange.objects.note()
    counted = PublicChange.objects.version()

    PublicChange.objects.compact()

    assert counted > before
    assert PublicChange.objects.version() == counted
    assert PublicChange.objects.count() == 1
