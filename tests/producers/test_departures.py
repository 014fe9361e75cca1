"""Dates for guests: offering, resizing, closing them, and until when their product can be booked."""

import datetime

import pytest
from django.utils.translation import override

from catalog.domain import prepare
from catalog.domain.prepare import Offer
from catalog.models import Product
from marketplace.core import clock
from producers.domain import departures, prices, stock
from producers.domain.departures import DateRefused, PlacesTooFew, Series
from producers.domain.stock import NotEnoughStock, shelf_by_movements
from producers.models import Departure, StockRecord
from tests.factories.bookings import booked, in_days, make_departure, make_tour, set_terms

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

MORNING = datetime.time(8, 30)


def record_of(departure: Departure) -> StockRecord:
    return StockRecord.objects.get(departure=departure)


def bookable_until(tour: Product) -> datetime.datetime | None:
    return StockRecord.objects.get(product=tour, departure=None).bookable_until


def hours_before(departure: Departure, hours: int) -> datetime.datetime:
    return departure.begins_at - datetime.timedelta(hours=hours)


def test_a_date_is_stock_of_its_own_at_the_price_of_the_product():
    departure = make_departure(make_tour(), capacity=12, starts=MORNING)
    record = record_of(departure)
    assert (record.price, record.num_in_stock, record.num_allocated) == (200_000, 12, 0)
    assert record.bookable_until == hours_before(departure, 24)
    assert (departure.free, departure.booked, departure.is_bookable) == (12, 0, True)
    assert shelf_by_movements(record).in_stock == 12


def test_a_series_takes_its_weekdays_and_leaves_what_is_there():
    tour = make_tour()
    make_departure(tour, days=5, capacity=3)
    days = Series(in_days(-7), in_days(13), frozenset({5, 6})).days
    assert [day.weekday() for day in days] == [5, 6, 5, 6]
    assert min(days) >= clock.today()
    made = departures.add(tour.stock_record, days, None, 20)
    assert len(made) == 3
    assert sorted(tour.departures.values_list("capacity", flat=True)) == [3, 20, 20, 20]


@pytest.mark.parametrize("days", [[], [-1], [551], list(range(1, 202))])
def test_days_that_cannot_be_offered(days):
    tour = make_tour()
    with pytest.raises(DateRefused):
        departures.add(tour.stock_record, [in_days(number) for number in days], None, 10)
    assert not tour.departures.exists()


@pytest.mark.parametrize("capacity", [0, -1, 10_000])
def test_numbers_of_places_that_no_date_has(capacity):
    departure = make_departure(make_tour())
    with pytest.raises(DateRefused):
        departures.set_capacity(departure, capacity)
    with pytest.raises(DateRefused):
        departures.add(record_of(departure), [in_days(20)], None, capacity)
    assert record_of(departure).num_in_stock == 10


def test_places_become_more_and_fewer_but_not_fewer_than_booked():
    departure = make_departure(make_tour(), capacity=10)
    stock.take({record_of(departure).pk: 6}, reference="x")
    stock.hand_over({record_of(departure).pk: 2}, reference="x")
    departures.set_capacity(departure, 20)
    assert (departure.capacity, booked(departure), record_of(departure).net_stock_level) == (20, 6, 14)
    with pytest.raises(PlacesTooFew) as refusal:
        departures.set_capacity(departure, 5)
    assert refusal.value.booked == 6
    departures.set_capacity(departure, 6)
    assert (booked(departure), record_of(departure).net_stock_level) == (6, 0)
    shelf = shelf_by_movements(record_of(departure))
    assert (shelf.in_stock, shelf.allocated) == (4, 4)


def test_a_closed_date_and_one_whose_booking_has_ended_have_nothing_to_take(frozen):
    tour = make_tour()
    closed, soon = make_departure(tour, days=9), make_departure(tour, days=2)
    departures.close(closed, reason="Mưa bão")
    with pytest.raises(NotEnoughStock) as refusal:
        stock.take({record_of(closed).pk: 1}, reference="x")
    assert refusal.value.shortages[0].available == 0
    frozen.move_to(hours_before(soon, 24))
    with pytest.raises(NotEnoughStock):
        stock.take({record_of(soon).pk: 1}, reference="x")
    departures.reopen(closed)
    stock.take({record_of(closed).pk: 1}, reference="x")
    assert (booked(closed), booked(soon)) == (1, 0)


def test_a_product_can_be_booked_until_its_last_date_with_places():
    tour = make_tour()
    assert bookable_until(tour) is None
    near, far = make_departure(tour, days=5), make_departure(tour, days=30, capacity=2)
    assert bookable_until(tour) == hours_before(far, 24)
    stock.take({record_of(far).pk: 2}, reference="x")
    assert bookable_until(tour) == hours_before(near, 24)
    stock.give_back({record_of(far).pk: 1}, reference="x")
    assert bookable_until(tour) == hours_before(far, 24)
    departures.close(far, reason="Nghỉ")
    assert bookable_until(tour) == hours_before(near, 24)
    set_terms(tour, notice_hours=48)
    assert bookable_until(tour) == hours_before(near, 48)
    departures.close(near, reason="Nghỉ")
    assert bookable_until(tour) is None


def test_it_is_in_stock_as_long_as_that_and_nothing_waits_for_a_task(frozen):
    tour = make_tour()
    departure = make_departure(tour, days=3)
    fresh = Product.objects.for_cards().get(pk=tour.pk)
    assert (fresh.is_for_sale, fresh.can_buy, fresh.available) == (True, True, 0)
    assert list(Product.objects.for_sale()) == [tour]
    frozen.move_to(hours_before(departure, 24))
    assert (fresh.can_buy, fresh.is_sold_out) == (False, True)


def test_dates_cost_what_their_product_costs():
    tour = make_tour()
    departure = make_departure(tour)
    prices.change(tour.stock_record, 250_000, seen=200_000)
    assert record_of(departure).price == 250_000


def test_the_product_is_edited_and_imported_with_its_dates():
    tour = make_tour()
    departure = make_departure(tour)
    record = prepare.put_on_offer(tour, Offer(300_000))
    assert (record, record_of(departure).price) == (tour.stock_record, 300_000)
    StockRecord.objects.filter(pk=record.pk).update(price=350_000)
    prices.carry_to_dates([tour.pk])
    assert record_of(departure).price == 350_000
    assert make_departure(tour, days=11).stock_record.price == 350_000


def test_a_date_that_fills_is_no_low_stock():
    departure = make_departure(make_tour(), capacity=6)
    heard = []

    def hear(sender, record_ids, **kwargs):
        heard.append(record_ids)

    stock.stock_fell_low.connect(hear)
    stock.take({record_of(departure).pk: 6}, reference="x")
    stock.stock_fell_low.disconnect(hear)
    assert heard == []


@pytest.mark.parametrize(
    ("language", "written"), [("vi", "Thứ 6, 04/12/2026 08:30"), ("en", "Fri, 4 Dec 2026 08:30")]
)
def test_a_date_in_the_readers_language(language, written):
    departure = make_departure(make_tour(), days=10, starts=MORNING)
    with override(language):
        assert departure.when == written
