"""What search engines are told of: everything that may be indexed, in pieces, and nothing else."""

import datetime
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from django.utils import translation
from wagtail.models import Locale, PageViewRestriction

from catalog.domain.certify import withdraw
from catalog.models import Product
from cms import sitemaps
from cms.domain.site import set_up
from cms.models import ContentPage
from marketplace.events.models import Event
from producers.models import Partner
from tests.factories.catalog import make_product, make_seller, make_story
from tests.factories.events import make_event
from tests.factories.points import make_point

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

HOST = "http://testserver"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"


def read(client, path: str) -> ElementTree.Element:
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/xml"
    content = b"".join(response) if response.streaming else response.content
    return ElementTree.fromstring(content)  # noqa: S314 - our own


def pieces(client) -> dict[str, str]:
    """The paths of the pieces with their last change."""
    found = read(client, "/sitemap.xml").findall(f"{SITEMAP}sitemap")
    return {
        each.findtext(f"{SITEMAP}loc").removeprefix(HOST): each.findtext(f"{SITEMAP}lastmod", "")
        for each in found
    }


def entries(client, section: str, number: int = 0) -> dict[str, ElementTree.Element]:
    """What a piece lists, by path."""
    found = read(client, reverse("sitemap-piece", args=[section, number])).findall(f"{SITEMAP}url")
    return {each.findtext(f"{SITEMAP}loc").removeprefix(HOST): each for each in found}


def languages(entry: ElementTree.Element) -> dict[str, str]:
    return {each.get("hreflang"): each.get("href").removeprefix(HOST) for each in entry.findall(LINK)}


def every_path(client) -> list[str]:
    """All addresses of all pieces."""
    return [
        each.findtext(f"{SITEMAP}loc").removeprefix(HOST)
        for path in pieces(client)
        for each in read(client, path).findall(f"{SITEMAP}url")
    ]


@pytest.fixture(autouse=True)
def _vietnamese():
    """Each test begins in Vietnamese, whatever language the last request of the one before it was in."""
    with translation.override("vi"):
        yield


@pytest.fixture
def root(db):
    return set_up()


def add_page(root, slug: str, *, english: bool = False, **fields) -> ContentPage:
    page = root.add_child(
        instance=ContentPage(
            title=slug, slug=slug, locale=root.locale, body=[("text", "<p>Chữ</p>")], **fields
        )
    )
    page.save_revision().publish()
    if english:
        translated = page.copy_for_translation(Locale.objects.get(language_code="en"))
        translated.slug = f"{slug}-en"
        translated.save_revision().publish()
    return page


def test_the_index_names_pieces_that_are_there(client, root):
    product, story = make_product(), make_story(product=make_product())
    make_event()
    add_page(root, "gioi-thieu")
    number = product.pk // sitemaps.PIECE
    named = pieces(client)

    assert {
        "/sitemap-danh-muc-0.xml",
        f"/sitemap-san-pham-{number}.xml",
        f"/sitemap-gian-hang-{product.producer_id // sitemaps.PIECE}.xml",
        f"/sitemap-cau-chuyen-{story.pk // sitemaps.PIECE}.xml",
    } < set(named)
    changed = datetime.datetime.fromisoformat(named[f"/sitemap-san-pham-{number}.xml"])
    assert changed == Product.objects.latest("date_updated").date_updated.replace(microsecond=0)
    for path in named:
        assert read(client, path).findall(f"{SITEMAP}url"), path


def test_every_address_is_listed_once_and_answers(client, root):
    make_story(product=make_product())
    make_event()
    add_page(root, "gioi-thieu", english=True)
    paths = every_path(client)

    assert len(paths) == len(set(paths))
    assert {path: client.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)


def test_what_is_listed_may_be_indexed_and_names_the_same_addresses(client, root):
    """The sitemap and the heads of the pages do not contradict each other."""
    make_product()
    add_page(root, "gioi-thieu", english=True)
    add_page(root, "chi-tieng-viet")
    for path in pieces(client):
        for entry in read(client, path).findall(f"{SITEMAP}url"):
            address = entry.findtext(f"{SITEMAP}loc")
            html = client.get(address.removeprefix(HOST)).content.decode().split("</head>")[0]
            assert f'<link rel="canonical" href="{address}">' in html
            for link in entry.findall(LINK):
                assert f'hreflang="{link.get("hreflang")}" href="{link.get("href")}">' in html
            assert html.count("hreflang=") == len(entry.findall(LINK))


def test_both_languages_name_each_other(client):
    path = make_product().get_absolute_url()
    found = entries(client, "san-pham", Product.objects.get().pk // sitemaps.PIECE)

    both = {"vi": path, "en": f"/en{path}", "x-default": path}
    assert {address: languages(entry) for address, entry in found.items()} == {path: both, f"/en{path}": both}


def test_what_lists_do_not_show_is_not_told(client):
    shown = make_product()
    withdrawn = make_product()
    withdraw(withdrawn.certification, on=datetime.date(2026, 9, 15), decision="1/QĐ-X", reason="hỏng")
    closed = make_seller(state=Partner.State.CLOSED)
    make_product(seller=closed)
    make_product(recognised=False)
    make_story(product=withdrawn)
    make_story(product=shown, published=False)
    make_event(state=Event.State.DRAFT)
    paths = every_path(client)

    assert [path for path in paths if path.startswith("/san-pham/") and "/nhom/" not in path] == [
        "/san-pham/",
        shown.get_absolute_url(),
    ]
    assert closed.get_absolute_url() not in paths
    assert [path for path in paths if "/su-kien/" in path or "/cau-chuyen/" in path] == []


def test_a_page_of_the_editors_names_only_translations_that_are_live(client, root):
    both, one = add_page(root, "hai", english=True), add_page(root, "mot")
    draft = add_page(root, "ban-thao", english=True)
    draft.get_translations().get().unpublish()
    add_page(root, "nhap").unpublish()
    found = {}
    for number in {page.pk // sitemaps.PIECE for page in (both, one, draft)}:
        found.update(entries(client, "trang", number))

    mine = {path: languages(entry) for path, entry in found.items() if path.split("/")[-2] in MINE}
    languages_of_both = {"vi": "/hai/", "en": "/en/hai-en/", "x-default": "/hai/"}
    assert mine == {
        "/hai/": languages_of_both,
        "/en/hai-en/": languages_of_both,
        "/mot/": {},
        "/ban-thao/": {},
    }


MINE = {"hai", "hai-en", "mot", "ban-thao", "ban-thao-en", "nhap"}


def test_a_page_with_a_password_is_not_told(client, root):
    page = add_page(root, "kin")
    PageViewRestriction.objects.create(page=page, restriction_type="password", password="mat khau thu")
    assert "/kin/" not in every_path(client)


@pytest.mark.parametrize("path", ["/sitemap-khong-co-0.xml", "/sitemap-san-pham.xml", "/en/sitemap.xml"])
def test_no_such_sitemap(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("number", [7, 999_999_999_999])
def test_a_piece_without_anything_is_empty(client, number):
    assert entries(client, "san-pham", number) == {}


def test_a_piece_holds_its_own_ids_only(client, monkeypatch):
    monkeypatch.setattr(sitemaps, "PIECE", 4)
    products = [make_product() for _number in range(9)]
    numbers = {product.pk // 4 for product in products}

    assert {path for path in pieces(client) if "san-pham" in path} == {
        f"/sitemap-san-pham-{number}.xml" for number in numbers
    }
    for number in numbers:
        mine = [product.get_absolute_url() for product in products if product.pk // 4 == number]
        assert [path for path in entries(client, "san-pham", number) if not path.startswith("/en")] == mine


def test_points_of_sale_that_are_open(client, root):
    point, closed = make_point(), make_point()
    Partner.objects.filter(pk=closed.seller_id).update(state=Partner.State.CLOSED)
    found = list(entries(client, "diem-ban"))
    assert found == [point.get_absolute_url(), f"/en{point.get_absolute_url()}"]


@pytest.mark.parametrize("count", [1, 30])
def test_number_of_queries(client, root, django_assert_num_queries, count):
    for number in range(count):
        make_story(product=make_product())
        make_event()
        make_point()
        add_page(root, f"trang-{number}", english=True)
    with django_assert_num_queries(7):
        client.get("/sitemap.xml")
    for section, queries in {
        "danh-muc": 1,
        "trang": 4,
        "san-pham": 1,
        "gian-hang": 1,
        "diem-ban": 1,
        "su-kien": 1,
        "cau-chuyen": 1,
    }.items():
        with django_assert_num_queries(queries):
            b"".join(client.get(reverse("sitemap-piece", args=[section, 0])))


def test_a_piece_is_streamed_and_may_be_kept_by_caches(client):
    make_product()
    response = client.get("/sitemap-san-pham-0.xml")
    assert response.streaming
    assert response["Cache-Control"] == "public, max-age=3600"
