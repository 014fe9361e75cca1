"""Buyers choose a date and a number of places, and are guests: page, basket, checkout, order."""

import datetime
import json
import re

import pytest
from django.conf import settings
from django.core.signing import Signer
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from oscar.apps.basket.models import Line

from marketplace.reviews.domain.reviewing import reviewable_lines
from marketplace.sales.domain import fulfil
from producers.domain import departures
from storefront.views.orders import order_url
from tests.factories.bookings import basket_of, book, booked, make_departure, make_tour, set_terms
from tests.factories.catalog import make_seller
from tests.storefront.shopping import consent, place, to_review, words

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def tour():
    return make_tour(seller=make_seller(name="Hợp tác xã Bản Lác"), title="Một ngày ở bản Lác")


@pytest.fixture
def departure(tour):
    return make_departure(tour, days=10, starts=datetime.time(8), capacity=10)


def page(client, tour, language=""):
    with override("vi"):
        address = tour.get_absolute_url()
    return client.get(f"{language}{address}")


def add(client, tour, language="/en", **data):
    with override("vi"):
        address = reverse("basket:add", args=[tour.pk])
    return client.post(f"{language}{address}", data)


def structured(response) -> dict:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', response.content.decode())
    return next(thing for thing in map(json.loads, found) if thing["@type"] == "Product")["offers"]


QUERIES = 10


# --- the product's page
@pytest.mark.parametrize(
    ("language", "date", "free"),
    [("", "Thứ 6, 04/12/2026 08:00", None), ("/en", "Fri, 4 Dec 2026 08:00", "7 places left")],
)
def test_the_page_offers_the_dates_with_free_places_in_both_languages(
    client, tour, departure, language, date, free
):
    full, closed = make_departure(tour, days=11, capacity=3), make_departure(tour, days=12)
    book(departure, 3)
    book(full, 3)
    departures.close(closed, reason="Nghỉ")
    response = page(client, tour, language)
    assert response.context["dates"] == [departure]
    text = words(response)
    assert date in text
    assert free is None or free in text


def test_dates_that_cannot_hold_the_smallest_booking_are_left_out(client, tour, departure):
    set_terms(tour, least=4, most=6)
    small = make_departure(tour, days=20, capacity=3)
    response = page(client, tour, "/en")
    assert small not in response.context["dates"]
    assert 'min="4" max="6"' in words(response)


def test_without_dates_the_page_says_so_and_the_card_too(client, tour):
    assert "No date can be booked now" in words(page(client, tour, "/en"))
    assert "No free date now" in words(client.get("/en/san-pham/"))
    make_departure(tour)
    assert "Choose a date: Một ngày ở bản Lác" in words(client.get("/en/san-pham/"))


def test_a_booking_shows_on_the_cached_page_and_a_passed_date_leaves_it(client, tour, departure, frozen):
    soon = make_departure(tour, days=2)
    visitor = Client()
    assert page(visitor, tour).context["dates"] == [soon, departure]
    book(soon, 10)
    frozen.shift(2)
    assert page(visitor, tour).context["dates"] == [departure]
    frozen.move_to(departure.begins_at - datetime.timedelta(hours=24, minutes=1))
    page(visitor, tour)
    frozen.shift(61)
    assert page(visitor, tour).context["dates"] == []


def test_machines_read_until_when_it_is_offered(client, tour, departure):
    offer = structured(page(client, tour))
    assert offer["availability"] == "https://schema.org/InStock"
    assert offer["availabilityEnds"].startswith("2026-12-03T08:00")
    departures.close(departure, reason="Nghỉ")
    offer = structured(page(Client(), tour))
    assert offer["availability"] == "https://schema.org/OutOfStock"
    assert "availabilityEnds" not in offer


# --- into the basket
def test_places_of_a_date_lie_in_the_basket(client, tour, departure):
    response = add(client, tour, date=departure.pk, quantity=2)
    assert response.status_code == 302
    line = Line.objects.get()
    assert (line.stockrecord, line.quantity) == (departure.stock_record, 2)
    summary = words(client.get("/en/gio-hang/"))
    assert "Một ngày ở bản Lác, Fri, 4 Dec 2026 08:00" in summary
    assert "Nothing is sent: you are a guest" in summary
    assert 'min="1" max="10"' in summary


@pytest.mark.parametrize("date", ["", "x", "9" * 30, "foreign"])
def test_without_a_date_of_its_own_nothing_is_booked(client, tour, departure, date):
    if date == "foreign":
        date = make_departure(make_tour()).pk
    response = add(client, tour, date=date, quantity=1)
    assert response.status_code == 422
    assert "Please choose a date." in words(response)
    assert not Line.objects.exists()


@pytest.mark.parametrize(
    ("quantity", "message"),
    [
        ("0", "The quantity must be at least 1."),
        ("10000", "Only 10 of Một ngày ở bản Lác, Fri, 4 Dec 2026 08:00 are left."),
        ("1", "is booked for 2 or more"),
        ("6", "is booked for 5 at most"),
        ("hai", "Please write the quantity as a whole number."),
    ],
)
def test_numbers_of_places_that_cannot_be_booked(client, tour, departure, quantity, message):
    set_terms(tour, least=2, most=5)
    response = add(client, tour, date=departure.pk, quantity=quantity)
    assert response.status_code == 422
    text = words(response)
    assert message in text
    assert f'name="date" value="{departure.pk}"' in text
    assert f'value="{quantity}"' in text
    assert not Line.objects.exists()


def test_a_closed_date_is_refused_and_one_in_the_basket_has_to_go(client, tour, departure):
    add(client, tour, date=departure.pk, quantity=2)
    departures.close(departure, reason="Nghỉ")
    assert "can no longer be booked for this date" in words(add(client, tour, date=departure.pk, quantity=1))
    summary = client.get("/en/gio-hang/")
    assert "can no longer be booked for this date" in words(summary)
    assert client.get("/en/thanh-toan/").status_code == 302
    line = Line.objects.get()
    client.post("/en/gio-hang/cap-nhat/", {"remove": line.pk})
    assert not Line.objects.exists()


# --- checkout and order
def carry(client, basket):
    client.cookies[settings.OSCAR_BASKET_COOKIE_OPEN] = Signer().sign(basket.pk)
    return basket


def test_the_checkout_asks_no_delivery_and_the_order_carries_the_date(client, departure):
    basket = carry(client, basket_of((departure, 2)))
    review = to_review(client, basket)
    text = words(review)
    assert "<h2>Where to" not in text
    assert "You are the host&#x27;s guest" in review.content.decode()
    order = place(client, basket)
    seller_order = order.seller_orders.get()
    assert (seller_order.delivery_charge, seller_order.delivery_way) == (0, "on_site")
    assert booked(departure) == 2
    assert "4 Dec 2026" in words(client.get(order_url(order)))


def test_somebody_was_faster(client, departure):
    basket = carry(client, basket_of((departure, 2)))
    review = to_review(client, basket)
    book(departure, 9)
    response = client.post("/en/thanh-toan/dat-hang/", consent(review))
    assert response.status_code == 409
    assert "Only 1 of Một ngày ở bản Lác, Fri, 4 Dec 2026 08:00 are left." in words(response)
    assert booked(departure) == 9


@pytest.mark.parametrize("count", [1, 30])
def test_queries_of_the_page(client, tour, django_assert_num_queries, count):
    for number in range(count):
        make_departure(tour, days=3 + number)
    page(client, tour)
    with django_assert_num_queries(QUERIES):
        page(client, tour)


def test_a_guest_who_was_there_may_review(client, tour, departure, frozen):
    seller_order = book(departure, 1)
    fulfil.confirm(seller_order, actor=None)
    frozen.move_to(departure.begins_at)
    fulfil.receive_guests(seller_order, actor=None)
    assert reviewable_lines(seller_order).count() == 1
