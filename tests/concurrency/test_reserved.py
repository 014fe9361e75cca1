"""The last pieces at a point: buyers, the counter and the end of the holding time, all at once."""

import pytest

from marketplace.sales.domain import fulfil
from marketplace.sales.domain.fulfil import MoveForbidden
from marketplace.sales.domain.quote import QuoteChanged, quote
from marketplace.sales.models import SellerOrder
from producers.domain import counter, reservations
from producers.domain.acts import By
from producers.domain.counter import Item
from producers.domain.reservations import ReservationOver
from producers.domain.stock import NotEnoughStock
from producers.models import Reservation, StockRecord
from tests.concurrency.crowd import at_once
from tests.factories.catalog import make_product
from tests.factories.reserved import basket_from_shelves, place, reservation_of, reserve
from tests.factories.shelves import make_shelf
from tests.marketplace.sales.cases import reload

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]

REFUSALS = (QuoteChanged, NotEnoughStock)


def test_buyers_and_the_counter_take_the_last_five_and_no_more():
    record = make_shelf(product=make_product(price=50_000), quantity=5)
    baskets = [basket_from_shelves((record, 1)) for _number in range(12)]
    digests = [quote(basket).digest for basket in baskets]

    def act(position: int):
        if position >= 12:
            return counter.sell(record.partner.point, [Item(record.pk, 1)], paid_by="cash", by=By())
        return place(reload(baskets[position]), token=f"buyer-{position}", expected=digests[position])

    results = at_once(16, act)

    refused = [result for result in results if isinstance(result, REFUSALS)]
    left = StockRecord.objects.get(pk=record.pk)
    sold = 5 - left.num_in_stock
    assert len(refused) == 11
    assert left.num_allocated == Reservation.objects.count() == SellerOrder.objects.count() == 5 - sold


def test_a_reservation_ends_once_however_many_end_it():
    record = make_shelf(product=make_product(price=50_000), quantity=5)
    seller_order = reserve(record, 2)

    def act(position: int):
        mine = SellerOrder.objects.get(pk=seller_order.pk)
        if position % 3 == 0:
            return fulfil.cancel_by_buyer(mine)
        if position % 3 == 1:
            return reservations.collect(reservation_of(mine), by=By(), amount=mine.total, paid_by="cash")
        return reservations.release(reservation_of(mine))

    results = at_once(9, act)

    ended = [result for result in results if not isinstance(result, (MoveForbidden, ReservationOver))]
    seller_order.refresh_from_db()
    record.refresh_from_db()
    assert len(ended) == 1, results
    is_collected = seller_order.state == SellerOrder.State.COLLECTED
    assert (record.num_in_stock, record.num_allocated) == ((3, 0) if is_collected else (5, 0))
    assert reservation_of(seller_order).state == ("collected" if is_collected else "released")
