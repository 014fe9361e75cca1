import datetime
from dataclasses import replace

import pytest
from django.utils import translation

from catalog.models import Category, Product
from marketplace.core.clock import HA_NOI
from marketplace.core.money import format_number
from marketplace.regions.models import Region
from search import engines
from search.engines.database import DatabaseEngine
from search.models import Pin
from search.ranking import WEIGHTS
from tests.factories.catalog import make_product, make_region, make_seller, make_user

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

CARD = b'<article class="card'


def make_goods(count: int) -> None:
    for _number in range(count):
        make_product(pictured=True, region=make_region())


@pytest.mark.parametrize("path", ["/san-pham/", "/en/san-pham/", "/tim-kiem/"])
def test_lists_answer(client, path):
    product = make_product()
    response = client.get(path)
    assert response.status_code == 200
    assert product.title in response.content.decode()
    assert response.content.count(CARD) == 1


def test_a_page_has_24_cards(client):
    make_goods(26)
    first, second = client.get("/san-pham/"), client.get("/san-pham/?page=2")
    assert (first.content.count(CARD), second.content.count(CARD)) == (24, 2)
    assert b'href="?page=2"' in first.content


def test_a_category_has_its_own_page_and_one_address(client):
    noodles, silk = make_product(set_number=6), make_product(set_number=22)
    category = Category.objects.get(set_number=22)
    response = client.get(category.get_absolute_url())
    assert [each.pk for each in response.context["products"]] == [silk.pk]
    group = client.get(f"/san-pham/nhom/anything_{Category.objects.get(code='food').pk}/?stars=3")
    assert group.status_code == 301
    assert group.url == Category.objects.get(code="food").get_absolute_url() + "?stars=3"
    assert [each.pk for each in client.get(group.url).context["products"]] == [noodles.pk]
    assert client.get("/san-pham/nhom/x_999999/").status_code == 404


def test_categories_links_need_no_query(django_assert_num_queries):
    make_product()
    categories = list(Category.objects.all())
    with django_assert_num_queries(0):
        addresses = [each.get_absolute_url() for each in categories]
    assert len(set(addresses)) == len(categories)


@pytest.mark.parametrize(
    "query",
    [
        "stars=99",
        "page=-1",
        "page=abc",
        "page=99999999999999999999",
        "price_min=abc",
        "price_max=99999999999999999999999",
        "group=%00",
        "q=%00",
        "q=" + "x" * 3000,
        "region=p-01%27--",
        "sort=;drop",
        "producer=%F0%9F%A6%86",
        "in_stock=2",
        "stars=4&" * 200,
    ],
)
def test_bad_conditions_are_no_error(client, query):
    make_product()
    assert client.get(f"/san-pham/?{query}").status_code == 200


def test_what_was_not_understood_is_told(client):
    make_product()
    page = client.get("/en/san-pham/?price_min=abc&region=p-999").content.decode()
    assert "Not understood and left out: lowest price, place." in page


def test_an_empty_list_offers_what_to_loosen_with_numbers(client):
    for _number in range(2):
        make_product(stars=3)
    make_product(stars=5, set_number=22)
    response = client.get("/en/san-pham/?stars=5&group=food")
    page = response.content.decode()
    assert response.status_code == 200
    assert response.content.count(CARD) == 0
    assert "Nothing fits" in page
    assert '<a class="chip on" href="/en/san-pham/?group=food">' in page
    assert [(each.label, each.url, each.count) for each in response.context["loosenings"]] == [
        ("Food", "/en/san-pham/?stars=5", 1),
        ("OCOP 5 stars", "/en/san-pham/?group=food", 2),
    ]
    assert '<a class="chip" href="/en/san-pham/?group=food">' in page


def test_words_can_be_loosened_too_and_what_finds_nothing_is_not_offered(client):
    make_product(stars=3)
    response = client.get("/en/tim-kiem/?stars=3&q=zzz")
    assert [(each.label, each.count) for each in response.context["loosenings"]] == [("the words “zzz”", 1)]
    response = client.get("/en/tim-kiem/?stars=5&q=zzz")
    assert response.context["loosenings"] == []
    assert '<a class="btn" href="/en/tim-kiem/?q=zzz">Clear all conditions</a>' in response.content.decode()


@pytest.mark.parametrize("count", [1, 30])
def test_number_of_queries_of_an_empty_list(client, django_assert_num_queries, count):
    for _number in range(count):
        make_product(stars=3)
    with django_assert_num_queries(14):
        client.get("/san-pham/?stars=5&group=food")


def test_htmx_gets_the_piece_and_the_address(client):
    make_product()
    response = client.get("/san-pham/?price_min=&stars=3&price_max=", headers={"HX-Request": "true"})
    page = response.content.decode()
    assert "<header" not in page
    assert page.count('id="found"') == 1
    assert 'id="filter-body" hx-swap-oob="innerHTML"' in page
    assert response["HX-Push-Url"] == "/san-pham/?stars=3"
    assert "HX-Request" in response["Vary"]


def test_history_gets_the_whole_page(client):
    headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert b"<header" in client.get("/san-pham/", headers=headers).content


def test_searches_and_filtered_lists_are_not_for_search_engines(client):
    make_product()
    assert b'content="noindex, follow"' in client.get("/tim-kiem/?q=mau").content
    assert b'content="noindex, follow"' in client.get("/san-pham/?stars=3").content
    assert b"noindex" not in client.get("/san-pham/").content
    assert b"noindex" not in client.get(Category.objects.get(code="food").get_absolute_url()).content


def test_filter_shows_former_names_below_todays(client, regions):
    now = Region.objects.get(name="Phường Hà Đông", is_former=False)
    then = Region.objects.get(name="Phường Vạn Phúc", parent__name="Quận Hà Đông", is_former=True)
    make_product(region=now, recorded_region=then)
    page = client.get("/en/san-pham/?region=p-01").content.decode()
    assert f'value="{now.key}"' in page
    assert "with former Vạn Phúc" in page


def test_expired_products_stand_without_a_badge(client):
    make_product(stars=4, certification={"issued_on": datetime.date(2020, 1, 1)})
    response = client.get("/san-pham/")
    assert response.content.count(CARD) == 1
    assert b'<span class="tab">' not in response.content


def test_the_badge_goes_when_the_day_ends(client, frozen):
    make_product(stars=4, certification={"issued_on": datetime.date(2023, 11, 24)})
    frozen.move_to(datetime.datetime(2026, 11, 24, 23, 59, tzinfo=HA_NOI))
    assert b'<span class="tab">' in client.get("/san-pham/").content
    frozen.move_to(datetime.datetime(2026, 11, 25, 0, 1, tzinfo=HA_NOI))
    assert b'<span class="tab">' not in client.get("/san-pham/").content


def test_a_card_that_is_not_for_sale_has_no_button(client):
    make_product(producer=None)
    make_product(set_number=14)
    make_product(stock=0)
    response = client.get("/en/san-pham/")
    assert b"/gio-hang/them/" not in response.content
    assert response.content.decode().count("Not sold here yet") == 2


# --- what a search shows beside the products
def test_stalls_whose_name_has_the_words_stand_in_a_section(client):
    seller = make_seller(name="Hợp tác xã Bún Ba Thành")
    make_product(title="Bún khô", seller=seller, pictured=True)
    make_seller(name="Bún không có hàng")
    response = client.get("/en/tim-kiem/?q=bun ba")
    page = response.content.decode()
    assert '<a href="#found-stalls">Stalls</a>' in page
    assert f'<a href="{stall_url(seller)}" lang="vi">Hợp tác xã Bún Ba Thành</a>' in page
    assert "Bún không có hàng" not in page
    assert "found-stalls" not in client.get("/en/tim-kiem/?q=khô").content.decode()
    assert "found-stalls" not in client.get("/en/san-pham/").content.decode()


def stall_url(seller) -> str:
    with translation.override("en"):
        return seller.get_absolute_url()


def test_a_section_with_more_than_it_shows_leads_to_all(client):
    for number in range(4):
        make_product(seller=make_seller(name=f"Bún {number}"))
    page = client.get("/en/tim-kiem/?q=bún").content.decode()
    assert page.count('<article class="stall-card">') == 3
    assert 'href="/en/gian-hang/?q=b%C3%BAn"' in page


def test_a_snippet_shows_words_that_the_card_does_not(client):
    told = make_product(
        title="Bún <b>khô</b>", set_number=6, ingredients="Bột gạo, đường & mật ong hoa nhãn, vừng"
    )
    Product.objects.filter(pk=told.pk).update(folded=f"{told.folded} mat ong")
    make_product(title="Mật ong", ingredients="Mật ong hoa nhãn")
    page = client.get("/en/tim-kiem/?q=mat ong").content.decode()
    assert page.count('class="hit"') == 1
    told = '<span lang="vi">Bột gạo, đường &amp; <mark>mật</mark> <mark>ong</mark> hoa nhãn, vừng</span></p>'
    assert f'<p class="hit">Ingredients: {told}' in page


# --- what the engine tells
class Telling:
    """An engine that answers as the database does, and tells more."""

    def __init__(self, **told):
        self.told = told

    def search(self, scope, size):
        return replace(DatabaseEngine().search(scope, size), **self.told)


@pytest.fixture
def engine_tells(monkeypatch):
    return lambda **told: monkeypatch.setattr(engines, "get", lambda: Telling(**told))


def test_a_better_spelling_is_one_click_away(client, engine_tells):
    make_product(title="Trà sen")
    engine_tells(corrected="trà sen", is_loosened=True)
    page = client.get("/en/tim-kiem/?q=tra&stars=3").content.decode()
    assert 'Did you mean: <a href="/en/tim-kiem/?q=tr%C3%A0+sen&amp;stars=3"><b>trà sen</b></a>' in page
    assert "Nothing has all of your words" in page


def test_pages_end_where_the_index_ends_to_leaf(client, engine_tells):
    product = make_product()
    engine_tells(total=50_000, page=417, pages=417)
    page = client.get("/en/san-pham/?page=9999")
    assert page.context["pages"].next == ""
    assert {number for number, _address in page.context["pages"].numbers if number != "…"} == {1, 416, 417}
    assert page.context["canonical"].endswith("?page=417")
    assert page.context["counted"].startswith("50")
    page = client.get(f"{product.category.get_absolute_url()}?page=9999")
    assert page.context["canonical"].endswith("?page=417")


def test_what_the_office_pinned_is_said(client, engine_tells):
    plain, pinned = make_product(title="Trà sen"), make_product(title="Trà nhài")
    Pin.objects.create(words="trà", product=pinned)
    said = "The first product was put there by the programme office."
    engine_tells(ids=[pinned.pk, plain.pk])
    assert said in client.get("/en/tim-kiem/?q=TRA").content.decode()
    assert said not in client.get("/en/tim-kiem/?q=TRA&sort=price").content.decode()
    engine_tells(ids=[plain.pk, pinned.pk])
    assert said not in client.get("/en/tim-kiem/?q=TRA").content.decode()


def test_a_simple_answer_says_so_has_no_numbers_and_is_not_kept(client, engine_tells):
    make_product()
    engine_tells(is_degraded=True, facets=engines.Facets(), sellers=None)
    response = client.get("/en/san-pham/?stars=3")
    page = response.content.decode()
    assert "the full search is away for a moment" in page
    assert response.content.count(CARD) == 1
    assert '<span class="n">' not in page
    assert 'value="4">' in page
    assert "no-store" in response["Cache-Control"]


def test_bands_years_and_sellers_can_be_chosen(client, engine_tells):
    product = make_product(price=60_000)
    facets = engines.Facets(
        prices={"50000-100000": 7, "0-50000": 0}, years={2025: 3}, producers={product.producer_id: 4}
    )
    engine_tells(facets=facets)
    page = client.get("/en/san-pham/").content.decode()
    assert 'id="filter-price-50000-100000" name="price" value="50000-100000">' in page
    assert '50.000 to 100.000\u00a0₫</span></span><span class="n">7</span>' in page
    assert 'value="0-50000"' not in page
    assert 'id="filter-year-2025" name="year" value="2025">' in page
    assert f'<input type="radio" id="filter-producer-{product.producer.slug}"' in page
    chosen = client.get(f"/en/san-pham/?price=50000-100000&year=2025&producer={product.producer.slug}")
    labels = [chip.label for chip in chosen.context["chips"]]
    assert labels == ["50.000 to 100.000\u00a0₫", "recognised in 2025", product.producer.name]
    assert '<input type="radio" id="filter-producer-all" name="producer" value="">' in chosen.content.decode()


def test_a_fold_of_places_is_short_and_says_how_many_it_leaves_out(client, engine_tells):
    places = tuple(engines.PlaceCount(f"c-{number}", f"Xã {number}", 1000) for number in range(50))
    engine_tells(facets=engines.Facets(provinces=places))
    page = client.get("/en/san-pham/").content.decode()
    assert page.count('name="region"') == 6 + 30
    assert "And 14 more: type the name into the search box." in page
    assert '<span class="n">1.000</span>' in page


def test_a_place_offers_what_lies_around_it(client, regions):
    place = Region.objects.get(name="Phường Hà Đông", is_former=False)
    make_product(region=place)
    page = client.get(f"/en/san-pham/?region={place.key}").content.decode()
    near = f"{round(place.latitude, 4)},{round(place.longitude, 4)},30"
    assert f'href="/en/san-pham/?near={near.replace(",", "%2C")}"' in page
    assert "Up to 30 km around Hà Đông" in page
    page = client.get(f"/en/san-pham/?near={near}").content.decode()
    assert f'<input type="hidden" name="near" value="{near}">' in page
    assert "within 30 km of" in page


POINTS = {"text": 60_000, "lift": 0, "coverage": 50, "stars": 300, "stock": 250, "sales": 0, "fresh": 10}


def test_only_an_administrator_is_told_why(client, engine_tells, django_user_model):
    product = make_product()
    engine_tells(scores={product.pk: POINTS})
    for user in (None, make_user(), django_user_model.objects.create_superuser("quan-tri@example.org", "x")):
        if user is not None:
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        response = client.get("/en/san-pham/?explain=1")
        assert response.context["query"].explain is bool(user and user.is_superuser)
        if user is not None:
            assert "Cookie" in response["Vary"]
    assert "no-store" in response["Cache-Control"]
    assert "60610" in response.content.decode()


def test_the_page_about_ranking_is_made_from_the_weights(client):
    page = client.get("/en/tim-kiem/xep-hang/").content.decode()
    for weight in WEIGHTS:
        assert str(weight.label) in page
        assert format_number(weight.most) in page
    assert page.count('<th scope="row">') == len(WEIGHTS)


# --- numbers of queries
@pytest.mark.parametrize("count", [1, 24])
@pytest.mark.parametrize(
    ("address", "number"),
    [
        ("/san-pham/", 8),
        ("/tim-kiem/?q=san pham", 11),
        ("/tim-kiem/?q=hop tac xa", 13),
        ("/en/san-pham/?group=food", 8),
    ],
)
def test_number_of_queries(client, django_assert_num_queries, count, address, number):
    """All sections beside the products are asked in one; stalls that were found take two more."""
    make_goods(count)
    client.get(address)  # the kinds of pages are read once by a process
    with django_assert_num_queries(number):
        client.get(address)


@pytest.mark.parametrize("count", [1, 24])
def test_number_of_queries_of_a_person_logged_in_with_conditions(client, django_assert_num_queries, count):
    seller = make_seller()
    for _number in range(count):
        make_product(seller=seller, pictured=True, region=make_region())
    client.force_login(make_user())
    place = make_region().parent.key
    with django_assert_num_queries(10):
        client.get(
            f"/san-pham/?group=food&region={place}&stars=3&price_max=90000&in_stock=1&producer={seller.slug}"
        )
