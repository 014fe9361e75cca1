"""The desk's page of dates: offering, terms, guests, calling off; and who may."""

import datetime

import pytest
from django.urls import reverse
from django.utils.translation import override

from marketplace.core import clock
from marketplace.core.roles import TeamRole
from marketplace.sales.domain import fulfil
from marketplace.sales.models import SellerOrder
from producers.domain import departures
from producers.models import Departure
from tests.factories.bookings import book, booked, in_days, make_departure, make_tour
from tests.factories.catalog import make_member, make_product, make_seller
from tests.factories.contact import deliver

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

QUERIES_OF_DATES = 9
QUERIES_OF_GUESTS = 11


@pytest.fixture
def seller():
    return make_seller(name="HTX Bản Lác")


@pytest.fixture
def tour(seller):
    return make_tour(seller=seller)


@pytest.fixture(autouse=True)
def owner(client, seller):
    person = make_member(seller, TeamRole.OWNER)
    client.force_login(person)
    return person


def url(name: str, *args) -> str:
    with override("vi"):
        return reverse(f"producer_desk:{name}", args=args)


def dates_url(tour, language="/en") -> str:
    return language + url("product-dates", tour.pk)


def date_url(departure, language="/en") -> str:
    return language + url("product-date", departure.product_id, departure.pk)


def offer(client, tour, **data):
    return client.post(
        dates_url(tour), {"act": "add", "first": in_days(3).isoformat(), "capacity": "12", **data}
    )


def errors_of(response, form: str) -> str:
    assert response.status_code == 422
    return " ".join(error for errors in response.context[form].errors.values() for error in errors)


def test_one_date_is_offered(client, tour):
    response = offer(client, tour, starts="08:30")
    assert response.url.endswith("?month=2026-11")
    departure = Departure.objects.get()
    assert (departure.day, departure.starts, departure.capacity) == (in_days(3), datetime.time(8, 30), 12)
    page = client.get(response.url).content.decode()
    assert "0 / 12" in page
    assert "Can be booked" in page


def test_a_series_is_offered_once_and_the_second_time_only_what_is_missing(client, tour):
    data = {"first": "2026-12-01", "last": "2026-12-31", "weekdays": ["5", "6"]}
    offer(client, tour, **data)
    assert Departure.objects.count() == 8
    response = client.post(
        dates_url(tour), {"act": "add", "capacity": "5", **data, "last": "2027-01-03"}, follow=True
    )
    assert "2 dates are added. 8 were there already and are as they were." in response.content.decode()
    assert len(response.context["dates"]) == 8


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"first": "2026-11-23"}, "23 Nov 2026 has passed."),
        ({"first": "hôm nay"}, "Enter a valid date."),
        ({"first": "2030-01-01"}, "Dates can be offered up to"),
        ({"last": "2026-11-01"}, "The last day is before the first."),
        ({"last": "2028-11-30"}, "A series is at most a year long."),
        ({"first": "2026-11-30", "last": "2026-12-01", "weekdays": ["6"]}, "No day from today on fits."),
        ({"capacity": "0"}, "This must be at least 1."),
        ({"capacity": "10000"}, "This must be at most 1.000."),
        ({"capacity": "mười"}, "Please write a whole number"),
        ({"starts": "25:00"}, "Enter a valid time."),
        ({"weekdays": ["7"]}, "is not one of the available choices"),
    ],
)
def test_what_cannot_be_offered_is_said_and_stays_typed(client, tour, data, message):
    response = offer(client, tour, **data)
    assert message in errors_of(response, "series_form")
    assert 'value="12"' in response.content.decode() or "capacity" in data
    assert not Departure.objects.exists()


def test_terms_are_kept_and_count_for_the_dates_there_are(client, tour):
    departure = make_departure(tour)
    client.post(
        dates_url(tour),
        {"act": "terms", "counted_in": "rooms", "least": "1", "most": "3", "notice_hours": "72"},
    )
    departure.stock_record.refresh_from_db()
    assert departure.begins_at - departure.stock_record.bookable_until == datetime.timedelta(days=3)
    wrong = client.post(
        dates_url(tour),
        {"act": "terms", "counted_in": "boats", "least": "5", "most": "2", "notice_hours": "-1"},
    )
    assert set(wrong.context["terms_form"].errors) == {"counted_in", "most", "notice_hours"}


@pytest.mark.parametrize("language", ["", "/en"])
def test_the_guests_of_a_date_with_a_list_to_print(client, tour, language):
    departure = make_departure(tour)
    seller_order = book(departure, 3, note="Ăn chay")
    response = client.get(date_url(departure, language))
    page = response.content.decode()
    for part in ("Nguyễn Thị Lan", "0912 345 678", seller_order.number, "Ăn chay"):
        assert part in page
    paper = client.get(url("product-date-guests", tour.pk, departure.pk))
    assert b"".join(paper).startswith(b"%PDF")


def test_places_cannot_be_fewer_than_booked(client, tour):
    departure = make_departure(tour, capacity=10)
    book(departure, 4)
    response = client.post(date_url(departure), {"act": "resize", "capacity": "3"})
    assert "4 places are booked" in errors_of(response, "capacity_form")
    assert client.post(date_url(departure), {"act": "resize", "capacity": "4"}).status_code == 302
    assert not Departure.objects.get(pk=departure.pk).is_bookable


def test_calling_off_needs_a_reason_and_the_bookings_that_were_seen(client, tour):
    departure = make_departure(tour)
    seller_order = book(departure, 2)
    assert errors_of(client.post(date_url(departure), {"act": "close", "seen": "2"}), "closing_form")
    stale = client.post(date_url(departure), {"act": "close", "seen": "0", "reason": "Bão"})
    assert "have changed in the meantime" in errors_of(stale, "closing_form")
    assert not Departure.objects.get(pk=departure.pk).is_closed
    client.post(date_url(departure), {"act": "close", "seen": "2", "reason": "Bão"})
    seller_order.refresh_from_db()
    assert (seller_order.state, booked(departure)) == (SellerOrder.State.CANCELLED, 0)
    assert "Bão" in client.get(date_url(departure)).content.decode()
    client.post(date_url(departure), {"act": "reopen"})
    assert Departure.objects.get(pk=departure.pk).is_bookable


def test_who_has_paid_for_a_date_that_is_called_off_stands_there_and_among_what_is_owed(client, tour):
    tea = make_product(seller=tour.producer, price=50_000)
    departure = make_departure(tour)
    seller_order = deliver(book(departure, 2, goods=(tea,)))
    sent = {"act": "close", "seen": "2", "reason": "Bão"}
    page = client.post(date_url(departure), sent, follow=True)
    assert "400.000\xa0₫ is to be given back." in page.content.decode()
    [(line, owed)] = page.context["cancelled"]
    assert (line.seller_order, owed) == (seller_order, 400_000)
    [(payment, of, _form)] = client.get(f"/en{url('refunds-owed')}").context["rows"]
    assert of == seller_order
    given = {"payment": payment.pk, "way": "transfer", "proof": "FT7", "amount": "400.000"}
    assert client.post(url("refunds-owed"), given).status_code == 302
    payment.refresh_from_db()
    assert (payment.state, payment.refund_owed, payment.refunded) == ("paid", 0, 400_000)


def test_whose_booking_cannot_be_cancelled_any_more_is_told_when_a_date_is_called_off(client, tour):
    departure = make_departure(tour)
    seller_order = book(departure, 2, goods=(make_product(seller=tour.producer),))
    for act in (fulfil.confirm, fulfil.pack, fulfil.ship):
        act(seller_order, actor=None)
    book(departure, 1)
    sent = {"act": "close", "seen": "3", "reason": "Bão"}
    page = client.post(date_url(departure), sent, follow=True)
    assert "The date is closed and 1 booking cancelled." in page.content.decode()
    assert f"please write to their buyers: {seller_order.number}" in page.content.decode()
    assert [line.seller_order for line, _kind in page.context["guests"]] == [seller_order]


def test_goods_have_no_dates_and_dates_no_other_product(client, seller, tour):
    goods = make_product(seller=seller)
    assert client.get(dates_url(goods)).status_code == 404
    foreign = make_departure(make_tour())
    assert client.get(url("product-date", tour.pk, foreign.pk)).status_code == 404


@pytest.mark.parametrize("month", ["2026-13", "0000-01", "9999-12", "x", "2026-12"])
def test_any_month_can_be_asked_for(client, tour, month):
    assert client.get(dates_url(tour), {"month": month}).status_code == 200


def test_guests_are_received_at_the_desk_and_not_packed(client, tour, frozen):
    departure = make_departure(tour)
    seller_order = book(departure, 2)
    number = seller_order.number
    client.post(url("move", number), {"state": "confirmed"})
    assert client.get(url("packing")).context["rows"] == []
    page = client.get(f"/en{url('order', number)}").content.decode()
    assert "Guests were here and paid" in page
    early = client.post(f"/en{url('move', number)}", {"state": "visited"}, follow=True)
    assert "The guests come on 4 Dec 2026." in early.content.decode()
    frozen.move_to(departure.begins_at)
    client.post(url("move", number), {"state": "visited"})
    seller_order.refresh_from_db()
    assert seller_order.state == SellerOrder.State.VISITED


def test_the_list_of_products_counts_the_places_of_coming_dates(client, tour, frozen):
    make_departure(tour, days=3, capacity=5)
    book(make_departure(tour, days=20, capacity=8), 2)
    (row,) = client.get("/en/ban-hang/san-pham/").context["rows"]
    assert (row.available, row.kind, row.low, row.variants) == (11, "ok", False, 0)
    frozen.move_to(datetime.datetime.combine(in_days(3), datetime.time(9), tzinfo=clock.HA_NOI))
    (row,) = client.get("/en/ban-hang/san-pham/").context["rows"]
    assert row.available == 6
    assert client.get("/en/ban-hang/san-pham/?tab=out").context["rows"] == []
    departures.close(Departure.objects.get(capacity=8), reason="Nghỉ")
    assert len(client.get("/en/ban-hang/san-pham/?tab=out").context["rows"]) == 1


@pytest.mark.parametrize("count", [1, 30])
def test_queries_of_the_pages(client, tour, django_assert_num_queries, count):
    full = make_departure(tour, days=40, capacity=200)
    for number in range(count):
        make_departure(tour, days=10, starts=datetime.time(8, number))
        book(full, 2)
        fulfil.cancel(book(full, 1), actor=None)
    client.get(dates_url(tour))
    with django_assert_num_queries(QUERIES_OF_DATES):
        assert len(client.get(dates_url(tour), {"month": "2026-12"}).context["dates"]) == count
    with django_assert_num_queries(QUERIES_OF_GUESTS):
        page = client.get(date_url(full)).context
    assert (len(page["guests"]), len(page["cancelled"])) == (count, count)
