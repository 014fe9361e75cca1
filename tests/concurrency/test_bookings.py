"""The last places of a date and many buyers, on SQLite and on PostgreSQL."""

from collections import Counter

import pytest

from marketplace.sales.domain.call_off import call_off
from marketplace.sales.domain.quote import QuoteChanged, quote
from marketplace.sales.models import SellerOrder, SellerOrderLine
from producers.domain import departures, stock
from producers.domain.stock import NotEnoughStock
from producers.models import Departure, StockRecord
from tests.concurrency.crowd import at_once
from tests.factories.bookings import basket_of, booked, make_departure, make_tour
from tests.marketplace.sales.cases import Purchase, reload

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


def kinds(results: list) -> Counter:
    return Counter(type(result) for result in results)


def test_forty_buyers_book_the_last_seven_places_and_no_more():
    departure = make_departure(make_tour(), capacity=7)
    purchases = []
    for _buyer in range(40):
        basket = basket_of((departure, 1))
        purchases.append(Purchase(basket, expected=quote(basket).digest))

    def place(position: int):
        purchases[position].basket = reload(purchases[position].basket)
        return purchases[position].place()

    results = at_once(40, place)

    refused = sum(isinstance(result, (QuoteChanged, NotEnoughStock)) for result in results)
    assert (SellerOrder.objects.count(), refused) == (7, 33)
    assert booked(departure) == sum(SellerOrderLine.objects.values_list("quantity", flat=True)) == 7


def test_two_dates_that_fill_at_once_leave_their_product_without_a_date_to_book():
    tour = make_tour()
    days = [make_departure(tour, days=number, capacity=3) for number in (5, 6)]
    records = [StockRecord.objects.get(departure=each).pk for each in days]

    at_once(6, lambda position: stock.take({records[position % 2]: 1}, reference=f"buyer-{position}"))

    assert [booked(each) for each in days] == [3, 3]
    assert StockRecord.objects.get(product=tour, departure=None).bookable_until is None


def test_booking_resizing_and_calling_off_at_once_neither_oversell_nor_wait_for_each_other():
    departure = make_departure(make_tour(), capacity=12)
    purchases = [Purchase(basket_of((departure, 2)), token=f"buyer-{number}") for number in range(8)]

    def act(position: int):
        mine = Departure.objects.get(pk=departure.pk)
        if position % 4 == 3:
            return departures.set_capacity(mine, 6 + position)
        if position == 10:
            return call_off(mine, reason="Lũ về", seen_places=booked(mine), actor=None)
        purchase = purchases[position % 8]
        purchase.basket = reload(purchase.basket)
        return purchase.place()

    results = at_once(12, act)

    assert not [result for result in results if "deadlock" in str(result).lower()]
    lines = SellerOrderLine.objects.booked_on(departure)
    assert booked(departure) == sum(line.places for line in lines) <= 17
