import datetime

import pytest

from catalog.models import Category
from marketplace.core.clock import HA_NOI
from marketplace.regions.models import Region
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


def test_an_empty_list_says_what_to_loosen(client):
    make_product(stars=3)
    response = client.get("/en/san-pham/?stars=5&group=food")
    page = response.content.decode()
    assert response.status_code == 200
    assert response.content.count(CARD) == 0
    assert "Nothing fits" in page
    assert '<a class="chip on" href="/en/san-pham/?group=food">' in page
    assert '<a class="btn" href="/en/san-pham/">Clear all conditions</a>' in page


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
    make_product(set_number=26)
    make_product(stock=0)
    response = client.get("/en/san-pham/")
    assert b"/gio-hang/them/" not in response.content
    assert response.content.decode().count("Not sold here yet") == 2


@pytest.mark.parametrize("count", [1, 24])
@pytest.mark.parametrize("address", ["/san-pham/", "/tim-kiem/?q=san pham", "/en/san-pham/?group=food"])
def test_number_of_queries(client, django_assert_num_queries, count, address):
    make_goods(count)
    with django_assert_num_queries(9):
        client.get(address)


@pytest.mark.parametrize("count", [1, 24])
def test_number_of_queries_of_a_person_logged_in_with_conditions(client, django_assert_num_queries, count):
    seller = make_seller()
    for _number in range(count):
        make_product(seller=seller, pictured=True, region=make_region())
    client.force_login(make_user())
    place = make_region().parent.key
    with django_assert_num_queries(11):
        client.get(
            f"/san-pham/?group=food&region={place}&stars=3&price_max=90000&in_stock=1&producer={seller.slug}"
        )
