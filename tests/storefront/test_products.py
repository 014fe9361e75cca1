import datetime
import re

import pytest
from django.utils import translation

from catalog.domain import listings, prepare, takedowns
from catalog.domain.certify import extend, withdraw
from catalog.models import Certification
from marketplace.core import clock
from marketplace.regions.models import Region
from producers.models import Partner, Story
from tests.factories.catalog import (
    make_certification,
    make_product,
    make_region,
    make_seller,
    make_user,
)
from tests.factories.sellers import make_take_down

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def page(client, product, language: str = "en"):
    with translation.override(language):
        address = product.get_absolute_url()
    return client.get(address)


def text(response) -> str:
    """The words of a page, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def assert_without_offer(response):
    main = response.content.decode().split("<main", 1)[1]
    assert 'name="robots" content="noindex' in response.content.decode()
    assert "₫" not in main
    assert "/gio-hang/them/" not in main
    assert "data-stars" not in main


def test_a_product_in_force(client):
    product = make_product(title="Miến dong", stars=4, price=120_000, unit="gói", net_content="500 g")
    address = product.get_absolute_url()
    response = page(client, product)
    words = text(response)
    assert response.status_code == 200
    assert "120.000 ₫" in words
    assert "10 in stock" in words
    assert "OCOP certification, 4 stars" in words
    assert "Valid until 3 March 2028" in words
    assert f'action="/en/gio-hang/them/{product.pk}/"' in response.content.decode()
    assert f'<link rel="canonical" href="http://testserver/en{address}">' in (response.content.decode())


def test_vietnamese_dates(client):
    response = page(client, make_product(), "vi")
    assert "03/03/2028" in text(response)


def test_another_slug_leads_on_for_good(client):
    product = make_product()
    response = client.get(f"/san-pham/ten-cu_{product.pk}/")
    assert (response.status_code, response.url) == (301, product.get_absolute_url())


@pytest.mark.parametrize("fields", [{"recognised": False}, {"is_public": False}])
def test_what_is_not_public_is_not_there(client, fields):
    assert page(client, make_product(**fields)).status_code == 404


@pytest.mark.parametrize("pk", ["999999", "999999999999999999", "0"])
def test_no_such_product(client, pk):
    assert client.get(f"/san-pham/x_{pk}/").status_code == 404


def test_expiring_names_the_day(client):
    product = make_product(certification={"issued_on": datetime.date(2024, 2, 2)})
    response = page(client, product)
    assert "In force until 2 February 2027" in text(response)
    assert 'data-stars="3"' in response.content.decode()


def test_extended_names_the_day(client):
    product = make_product(certification={"issued_on": datetime.date(2023, 11, 1)})
    extend(product.certification, until=datetime.date(2027, 1, 15), decision="5/QĐ-UBND", reason="hồ sơ")
    response = page(client, product)
    assert "Extended until 15 January 2027" in text(response)
    assert "Extended by 5/QĐ-UBND" in text(response)
    assert 'data-stars="3"' in response.content.decode()


def test_expired_is_sold_without_stars(client):
    product = make_product(certification={"issued_on": datetime.date(2023, 10, 2)})
    response = page(client, product)
    assert "The rank of 3 stars ended on 2 October 2026." in text(response)
    assert "The product is still sold, but carries no stars." in text(response)
    assert "data-stars" not in response.content.decode().split("<main", 1)[1]
    assert f"/gio-hang/them/{product.pk}/" in response.content.decode()


def test_a_year_alone_is_shown_as_such(client):
    product = make_product(certification={"recognised_year": 2024})
    words = text(page(client, product))
    assert "Recognised 2024 the source gives no day" in words
    assert "Valid until the end of 2027" in words
    assert "31 December" not in words


def test_a_year_alone_that_is_over(client):
    product = make_product(certification={"recognised_year": 2021})
    assert "The rank of 3 stars ended at the end of 2024." in text(page(client, product))


def test_stars_without_any_date(client):
    product = make_product(certification={"issued_on": None})
    response = page(client, product)
    assert "The source names 3 stars, but no date" in text(response)
    assert "data-stars" not in response.content.decode().split("<main", 1)[1]


def test_stars_not_stated(client):
    product = make_product(stars=None)
    words = text(page(client, product))
    assert "Recognised as an OCOP product" in words
    assert "Number of stars not stated" in words


def test_withdrawn_keeps_a_page_without_offer(client):
    product = make_product()
    withdraw(product.certification, on=datetime.date(2026, 9, 15), decision="1/QĐ-X", reason="hỏng")
    response = page(client, product)
    assert response.status_code == 200
    assert_without_offer(response)
    assert "The certification of this product was withdrawn." in text(response)
    assert "Withdrawn on 15 September 2026" in text(response)
    assert "Withdrawn by 1/QĐ-X" in text(response)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (Partner.State.CLOSED, "The stall of this seller is closed."),
        (Partner.State.SUSPENDED, "The stall of this seller is suspended."),
    ],
)
def test_closed_stalls_goods_keep_a_page_without_offer(client, state, words):
    product = make_product(seller=make_seller(state=state))
    response = page(client, product)
    assert response.status_code == 200
    assert_without_offer(response)
    assert words in text(response)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_listing_that_was_taken_down_says_so_and_shows_nothing_of_what_it_said(client, language):
    product = make_product(title="Thuốc tiên", seller=make_seller(name="HTX Bắc Sơn"))
    take_down = make_take_down(product)
    takedowns.carry_out(take_down, actor=take_down.recorded_by)
    response = page(client, product, language)
    assert response.status_code == 200
    assert_without_offer(response)
    words = text(response)
    assert "Thuốc tiên" not in words
    assert "HTX Bắc Sơn" in words
    if language == "en":
        assert "This listing was taken down" in words
        assert "on the request of an authority" in words
    takedowns.lift(take_down, actor=take_down.recorded_by, reason="Nhãn đã sửa.")
    assert "Thuốc tiên" in text(page(client, product, language))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_its_seller_has_hidden_is_not_found_and_the_stall_s_other_products_are_offered(client, language):
    seller = make_seller(name="HTX Bắc Sơn")
    product = make_product(title="Chè cất đi", seller=seller)
    make_product(title="Cốm còn bán", seller=seller)
    listings.hide(product, actor=None)
    response = page(client, product, language)
    assert response.status_code == 404
    words = text(response)
    assert "HTX Bắc Sơn" in words
    assert "Cốm còn bán" in words
    assert "Chè cất đi" not in words
    assert '<meta name="robots" content="noindex">' in response.content.decode()
    listings.show(product, actor=None)
    assert page(client, product, language).status_code == 200


def test_a_hidden_product_of_a_closed_stall_and_a_hidden_draft_are_plainly_not_found(client):
    seller = make_seller()
    product = make_product(seller=seller)
    listings.hide(product, actor=None)
    type(seller).objects.filter(pk=seller.pk).update(state="closed")
    draft = prepare.begin(make_seller(), category=None, values={"title": "Bản nháp"})
    for each in (product, draft):
        response = page(client, each)
        assert response.status_code == 404
        assert "HTX" not in response.content.decode()


def test_a_draft_that_was_taken_down_never_had_a_page(client):
    seller = make_seller()
    draft = prepare.begin(seller, category=None, values={"title": "Bản nháp"})
    take_down = make_take_down(draft)
    takedowns.carry_out(take_down, actor=take_down.recorded_by)
    assert page(client, draft).status_code == 404


def test_the_history_names_every_recognition(client):
    product = make_product(
        stars=3, certification={"issued_on": datetime.date(2020, 5, 5), "decision_number": "813/QĐ-UBND"}
    )
    make_certification(product, stars=4, issued_on=datetime.date(2024, 6, 6), decision_number="99/QĐ-UBND")
    words = text(page(client, product))
    assert "4 stars, recognised again 6 June 2024, Decision 99/QĐ-UBND" in words
    assert "3 stars, first recognised 5 May 2020, Decision 813/QĐ-UBND" in words


def test_an_illustrative_renewal_says_so_in_line_and_box(client):
    product = make_product(
        certification={
            "provenance": Certification.Provenance.ILLUSTRATIVE,
            "issued_on": datetime.date(2026, 5, 5),
        }
    )
    response = page(client, product)
    line = response.content.decode().split('class="certline"', 1)[1].split("</a>", 1)[0]
    box = response.content.decode().split('class="cert"', 1)[1].split("</section>", 1)[0]
    assert "Illustrative renewal" in line
    assert "Illustrative" in box
    assert box.count("illustrative date") == 2


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"producer": None}, "The source names no producer, so nobody can sell it here yet."),
        ({"set_number": 14}, "once the office has cleared the seller"),
        ({"set_number": 15}, "once the office has cleared the seller"),
        ({"set_number": 18}, "once the office has cleared the seller"),
        ({"price": None}, "The seller has not named a price yet."),
    ],
)
def test_why_it_is_not_for_sale(client, fields, words):
    product = make_product(**fields)
    response = page(client, product)
    assert words in text(response)
    assert f"/gio-hang/them/{product.pk}/" not in response.content.decode()


def test_sold_out(client):
    product = make_product(stock=0)
    response = page(client, product)
    assert "Sold out" in text(response)
    assert f"/gio-hang/them/{product.pk}/" not in response.content.decode()


def test_place_now_and_then_with_a_map(client, regions):
    now = Region.objects.get(name="Phường Hà Đông", is_former=False)
    then = Region.objects.get(name="Phường Vạn Phúc", parent__name="Quận Hà Đông", is_former=True)
    response = page(client, make_product(region=now, recorded_region=then))
    assert "Now Phường Hà Đông, Hà Nội Before phường Vạn Phúc, quận Hà Đông, Hà Nội" in text(response)
    assert response.content.count(b'class="here"') == 1


def test_only_facts_that_exist(client):
    words = text(page(client, make_product(shelf_life="12 tháng")))
    assert "Shelf life 12 tháng" in words
    assert "Ingredients" not in words


def test_names_stay_vietnamese_and_say_so(client):
    plain = page(client, make_product(title="Miến dong")).content.decode()
    assert '<h1 lang="vi">Miến dong</h1>' in plain
    named = page(client, make_product(title="Trà sen", title_en="Lotus tea")).content.decode()
    assert "<h1>Lotus tea</h1>" in named
    assert '<p class="quiet" lang="vi">Trà sen</p>' in named


def test_story_and_source(client):
    product = make_product(source_url="https://www.baotintuc.vn/a/b.html")
    source = {"title": "", "url": "https://vnexpress.net/x"}
    Story.objects.create(
        product=product, title="Làng", body="Chuyện <b>làng</b>", sources=[source], published_at=clock.now()
    )
    response = page(client, product)
    assert "Chuyện &lt;b&gt;làng&lt;/b&gt;" in response.content.decode()
    assert "After vnexpress.net" in text(response)
    assert '<a href="https://www.baotintuc.vn/a/b.html" rel="nofollow noopener">baotintuc.vn</a>' in (
        response.content.decode()
    )


def test_related_of_the_stall_and_of_the_place(client):
    seller, place = make_seller(), make_region()
    product = make_product(seller=seller, region=place)
    same_stall = [make_product(seller=seller) for _number in range(6)]
    same_place = make_product(region=place)
    make_product()
    context = page(client, product).context
    assert len(context["from_stall"]) == 4
    assert {each.pk for each in context["from_stall"]} < {each.pk for each in same_stall}
    assert [each.pk for each in context["from_place"]] == [same_place.pk]


def test_related_leaves_out_what_is_not_listed(client):
    seller = make_seller()
    product = make_product(seller=seller)
    make_product(seller=seller, recognised=False)
    assert page(client, product).context["from_stall"] == []


def test_goods_without_producer_are_related_by_place_only(client):
    place = make_region()
    product = make_product(producer=None, region=place)
    make_product(producer=None)
    near = make_product(producer=None, region=place)
    context = page(client, product).context
    assert context["from_stall"] == []
    assert [each.pk for each in context["from_place"]] == [near.pk]


@pytest.mark.parametrize("count", [1, 8])
@pytest.mark.parametrize("logged_in", [False, True])
def test_number_of_queries(client, django_assert_num_queries, count, logged_in):
    seller, place = make_seller(), make_region()
    product = make_product(seller=seller, region=place, pictured=True)
    for _number in range(count):
        make_product(seller=seller, pictured=True)
        make_product(region=place, pictured=True)
        make_certification(product, issued_on=datetime.date(2020, 1, 1))
    page(client, product)
    if logged_in:
        client.force_login(make_user())
    with django_assert_num_queries(10):
        page(client, product)
