import datetime
import re

import pytest

from catalog.domain.certify import withdraw
from marketplace.regions.models import Region
from producers.models import Partner, StockRecord
from tests.factories.catalog import make_product, make_region, make_seller, make_story, make_user
from tests.factories.points import make_point

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def names(response) -> list[str]:
    return [stall.name for stall in response.context["stalls"]]


def test_the_list_has_open_stalls_with_goods(client):
    shown = make_product(seller=make_seller(name="Hợp tác xã Miến dong"))
    make_seller(name="Chưa có hàng")
    make_product(seller=make_seller(state=Partner.State.CLOSED))
    make_product(seller=make_seller(kind=Partner.Kind.POINT))
    make_product(recognised=False)
    response = client.get("/gian-hang/")
    assert names(response) == [shown.producer.name]


def test_stalls_are_found_by_name_and_by_places_now_and_then(client, regions):
    now = Region.objects.get(name="Phường Hà Đông", is_former=False)
    then = Region.objects.get(name="Phường Vạn Phúc", parent__name="Quận Hà Đông", is_former=True)
    silk = make_seller(name="Hợp tác xã Vụn ART", region=now, recorded_region=then)
    make_product(seller=silk)
    make_product(seller=make_seller(name="Chè Tân Cương", region=make_region()))
    for words in ("vun art", "Vạn Phúc", "ha dong", "hà nội vụn"):
        assert names(client.get("/gian-hang/", {"q": words})) == ["Hợp tác xã Vụn ART"]
    empty = client.get("/en/gian-hang/", {"q": "nothing"})
    assert "No stall fits" in text(empty)


@pytest.mark.parametrize("query", ["page=99", "page=abc", "page=-1", "q=%00", "q=" + "x" * 2000])
def test_bad_input_is_no_error(client, query):
    make_product()
    assert client.get(f"/gian-hang/?{query}").status_code == 200


def test_a_stall_shows_place_figures_goods_and_story(client, regions):
    now = Region.objects.get(name="Phường Hà Đông", is_former=False)
    then = Region.objects.get(name="Phường Vạn Phúc", parent__name="Quận Hà Đông", is_former=True)
    stall = make_seller(name="Hợp tác xã Vụn ART", region=now, recorded_region=then)
    product = make_product(seller=stall, stars=4)
    make_product(seller=stall, certification={"issued_on": datetime.date(2019, 1, 1)})
    make_story(seller=stall, body="Xưởng lụa vụn")
    response = client.get(f"/en/gian-hang/{stall.slug}/")
    words = text(response)
    assert "Phường Hà Đông, Hà Nội , formerly phường Vạn Phúc, quận Hà Đông, Hà Nội" in words
    assert response.context["figures"] == [
        ("2", "recognised products"),
        ("1", "with stars in force"),
        ("2019", "first recognised"),
    ]
    assert product.title in words
    assert "Xưởng lụa vụn" in words


def test_what_the_data_lack_is_said(client):
    stall = make_seller(registered_address="12 Hàng Gai, Hà Nội")
    words = text(client.get(f"/en/gian-hang/{stall.slug}/"))
    assert "Registered address 12 Hàng Gai, Hà Nội" in words
    assert "Legal form Cooperative" in words
    assert "Tax or business code not in the source data" in words
    assert "Representative not in the source data" in words


@pytest.mark.parametrize(
    ("charge", "free_from", "words"),
    [
        (30_000, None, "Delivered by the seller for 30.000 ₫ an order."),
        (30_000, 500_000, "Delivered by the seller for 30.000 ₫ an order. Free from 500.000 ₫."),
        (0, None, "Delivered by the seller free of charge."),
    ],
)
def test_delivery_terms(client, charge, free_from, words):
    stall = make_seller(delivery_charge=charge, free_delivery_from=free_from)
    assert words in text(client.get(f"/en/gian-hang/{stall.slug}/"))


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (Partner.State.CLOSED, "This stall is closed."),
        (Partner.State.SUSPENDED, "This stall is suspended."),
    ],
)
def test_a_closed_stall_keeps_its_page_without_goods(client, state, words):
    product = make_product(seller=make_seller(state=state))
    response = client.get(f"/en/gian-hang/{product.producer.slug}/")
    assert response.status_code == 200
    assert words in text(response)
    assert 'name="robots" content="noindex' in response.content.decode()
    assert product.title not in text(response)
    assert "data-stars" not in response.content.decode()


def test_withdrawn_goods_are_not_shown(client):
    product = make_product()
    withdraw(product.certification, on=datetime.date(2026, 10, 1), decision="1/QĐ", reason="x")
    response = client.get(f"/en/gian-hang/{product.producer.slug}/")
    assert product.title not in text(response)
    assert "No products are on offer" in text(response)


def test_a_fictional_stall_says_so_everywhere(client):
    product = make_product(seller=make_seller(is_fictional=True))
    assert "This stall is fictional" in text(client.get(f"/en/gian-hang/{product.producer.slug}/"))
    assert "Product and stall are fictional" in text(client.get(f"/en/san-pham/{product.slug}_{product.pk}/"))
    assert "Fictional" in text(client.get("/en/gian-hang/"))


def test_points_of_sale_and_unknown_names_are_no_stalls(client):
    assert client.get(f"/gian-hang/{make_seller(kind=Partner.Kind.POINT).slug}/").status_code == 404
    assert client.get("/gian-hang/khong-co/").status_code == 404


def test_many_goods_come_in_pages(client):
    stall = make_seller()
    for _number in range(25):
        make_product(seller=stall)
    assert client.get(f"/gian-hang/{stall.slug}/").content.count(b'<article class="card') == 24
    assert client.get(f"/gian-hang/{stall.slug}/?page=2").content.count(b'<article class="card') == 1


def test_points_with_the_stalls_goods_on_the_shelf_are_named(client):
    stall = make_seller()
    product = make_product(seller=stall)
    carrying, empty, closed = (make_point(name=f"Điểm {letter}") for letter in "ABC")
    for point, number in ((carrying, 3), (empty, 0), (closed, 3)):
        StockRecord.objects.create(
            product=product, partner=point.seller, partner_sku="x", price=10_000, num_in_stock=number
        )
    closed.seller.state = Partner.State.CLOSED
    closed.seller.save()
    page = client.get(f"/gian-hang/{stall.slug}/").content.decode()
    assert carrying.get_absolute_url() in page
    assert "Điểm B" not in page
    assert "Điểm C" not in page
    other = client.get(f"/gian-hang/{make_seller().slug}/").content.decode()
    assert "Điểm A" not in other


@pytest.mark.parametrize("count", [1, 24])
@pytest.mark.parametrize("logged_in", [False, True])
def test_number_of_queries(client, django_assert_num_queries, count, logged_in):
    place = make_region()
    stall = make_seller(region=place)
    for _number in range(count):
        product = make_product(seller=stall, pictured=True, region=place)
        make_story(product=product, body="x")
    client.get(f"/gian-hang/{stall.slug}/")
    if logged_in:
        client.force_login(make_user())
    with django_assert_num_queries(14):
        client.get(f"/gian-hang/{stall.slug}/")


@pytest.mark.parametrize("count", [1, 24])
@pytest.mark.parametrize("logged_in", [False, True])
def test_number_of_queries_of_the_list(client, django_assert_num_queries, count, logged_in):
    for _number in range(count):
        make_product(seller=make_seller(region=make_region()), pictured=True)
    if logged_in:
        client.force_login(make_user())
    with django_assert_num_queries(6):
        client.get("/gian-hang/")
