import datetime

import pytest
from django.utils import translation

from catalog.models import Category
from marketplace.regions.models import Region
from producers.models import Story
from tests.factories.catalog import make_picture, make_product, make_region, make_seller, make_user

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def goods(regions):
    """Goods of five and four stars of several sets, sellers and places, and one with a story."""
    province = "Thành phố Hà Nội"
    places = [make_region(name, province=province) for name in ("Phường Hà Đông", "Xã Bát Tràng")]
    made = [
        make_product(stars=4 + number % 2, set_number=1 + number, pictured=True, region=places[number % 2])
        for number in range(8)
    ]
    Story.objects.create(product=made[0], body="Chuyện của làng")
    return made


def test_an_empty_shop_has_a_home_page(client):
    assert client.get("/").status_code == 200


def test_home_in_both_languages(client, goods):
    assert client.get("/").status_code == 200
    page = client.get("/en/").content.decode()
    assert "Goods from the villages, scored and starred." in page
    assert page.count("<h1") == 1


def test_the_best_are_in_force_in_stock_and_pictured(client):
    shown = make_product(stars=5, pictured=True)
    make_product(stars=5)
    make_product(stars=3, pictured=True)
    make_product(stars=5, pictured=True, stock=0)
    make_product(stars=5, pictured=True, certification={"issued_on": datetime.date(2020, 1, 1)})
    make_product(stars=5, pictured=True, set_number=14)
    assert [each.pk for each in client.get("/").context["mosaic"]] == [shown.pk]


def test_sets_and_sellers_take_turns(client):
    seller = make_seller()
    own = [make_product(stars=5, pictured=True, seller=seller, set_number=1) for _number in range(8)]
    other = make_product(stars=4, pictured=True, set_number=22)
    context = client.get("/").context
    assert [each.pk for each in context["mosaic"][:2]] == [own[-1].pk, other.pk]
    chosen = [each.pk for each in (*context["mosaic"], *context["best"])]
    assert sorted(chosen) == sorted([*(each.pk for each in own), other.pk])


def test_groups_count_what_is_listed(client):
    make_product(set_number=1)
    make_product(set_number=22)
    make_product(set_number=21)
    make_product(set_number=21, recognised=False)
    counts = {group.category.code: group.count for group in client.get("/").context["groups"]}
    assert counts == {"food": 1, "crafts": 2}


def test_villages_are_those_of_the_province_with_the_most(client, goods):
    make_product(pictured=True, region=make_region())
    context = client.get("/").context
    assert context["province"] == Region.objects.get(name="Thành phố Hà Nội", is_former=False)
    assert {village["label"]: village["count"] for village in context["villages"]} == {
        "Hà Đông": 4,
        "Bát Tràng": 4,
    }


def test_the_story_is_of_a_product_in_force(client, goods):
    expired = make_product(pictured=True, certification={"issued_on": datetime.date(2020, 1, 1)}, stars=5)
    Story.objects.create(product=expired, body="x")
    assert client.get("/").context["story"].product == goods[0]


def test_fictional_stalls_are_not_shown_off(client):
    make_product(seller=make_seller(is_fictional=True))
    real = make_product()
    assert [stall.pk for stall in client.get("/").context["stalls"]] == [real.producer_id]


def test_the_menu_has_short_names_in_the_readers_language(client):
    make_product(set_number=26)
    page = client.get("/en/").content.decode()
    with translation.override("en"):
        address = Category.objects.get(code="tourism").get_absolute_url()
    assert f'<li><a href="{address}">Village tourism</a></li>' in page


def test_head_fragment_is_private_and_never_kept(client):
    response = client.get("/en/toi/")
    assert response.status_code == 200
    assert "private" in response["Cache-Control"]
    assert "no-store" in response["Cache-Control"]
    client.force_login(make_user(first_name="Lan"))
    assert "Lan" in client.get("/toi/").content.decode()


def test_pages_themselves_hold_nothing_personal(client):
    make_product()
    client.force_login(make_user(first_name="Lan Hương"))
    for path in ("/", "/san-pham/", "/gian-hang/"):
        assert "Lan Hương" not in client.get(path).content.decode()


def test_robots_and_sitemap(client):
    product = make_product()
    make_product(recognised=False)
    robots = client.get("/robots.txt")
    assert "Disallow: /gio-hang/" in robots.content.decode()
    assert "Sitemap: http://testserver/sitemap.xml" in robots.content.decode()
    sitemap = client.get("/sitemap.xml")
    assert sitemap["Content-Type"] == "application/xml"
    assert f"<loc>http://testserver{product.get_absolute_url()}</loc>" in sitemap.content.decode()
    assert sitemap.content.decode().count("/san-pham/san-pham-mau") == 1


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("logged_in", [False, True])
def test_number_of_queries(client, django_assert_num_queries, goods, count, logged_in):
    for product in goods * (count - 1):
        again = make_product(stars=5, region=product.region, set_number=product.category.set_number)
        make_picture(again)
    client.get("/")
    if logged_in:
        client.force_login(make_user())
    # 18 of them are the database's, as a search engine; one with an index asks none.
    with django_assert_num_queries(29):
        client.get("/")
