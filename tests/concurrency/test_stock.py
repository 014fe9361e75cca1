"""The last ten items and two hundred buyers, on SQLite and on PostgreSQL."""

import random
from collections import Counter

import pytest
from oscar.apps.order.models import Order

from marketplace.payments.models import Payment
from marketplace.sales.domain import fulfil
from marketplace.sales.domain.fulfil import MoveForbidden
from marketplace.sales.domain.quote import QuoteChanged, quote
from marketplace.sales.models import Placement, SellerOrder
from producers.domain import stock
from producers.domain.stock import NotEnoughStock, Shelf, shelf_by_movements
from producers.models import StockMovement, StockRecord
from tests.concurrency.crowd import at_once
from tests.factories.catalog import make_seller
from tests.marketplace.sales.cases import Purchase, buy, make_basket, make_product, reload

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


def shelf_of(record: StockRecord) -> Shelf:
    found = StockRecord.objects.get(pk=record.pk)
    return Shelf(found.num_in_stock, found.num_allocated)


def assert_movements_make_the_shelf(*records: StockRecord) -> None:
    for record in records:
        assert shelf_by_movements(record) == shelf_of(record)


def kinds(results: list) -> Counter:
    return Counter(type(result) for result in results)


def test_two_hundred_buyers_take_exactly_the_last_ten():
    record = make_product(make_seller(), in_stock=10).stock_record

    results = at_once(200, lambda position: stock.take({record.pk: 1}, reference=f"buyer-{position}"))

    assert kinds(results) == {type(None): 10, NotEnoughStock: 190}
    assert shelf_of(record) == Shelf(in_stock=10, allocated=10)
    assert StockMovement.objects.filter(kind=StockMovement.Kind.TAKEN).count() == 10
    assert_movements_make_the_shelf(record)


def test_two_hundred_buyers_of_several_items_sell_as_many_as_fit_and_no_more():
    record = make_product(make_seller(), in_stock=10).stock_record

    results = at_once(200, lambda position: stock.take({record.pk: 3}, reference=f"buyer-{position}"))

    assert kinds(results) == {type(None): 3, NotEnoughStock: 197}
    assert shelf_of(record) == Shelf(in_stock=10, allocated=9)


def test_baskets_with_the_same_products_in_any_order_do_not_block_each_other():
    seller = make_seller()
    records = [make_product(seller, in_stock=20).stock_record for _number in range(5)]

    def take_all(position: int) -> None:
        shuffled = random.Random(position).sample(records, len(records))
        stock.take({record.pk: 1 for record in shuffled}, reference=f"buyer-{position}")

    results = at_once(40, take_all)

    assert kinds(results) == {type(None): 20, NotEnoughStock: 20}
    assert [shelf_of(record) for record in records] == [Shelf(20, 20)] * 5
    assert_movements_make_the_shelf(*records)


def test_taking_giving_back_receiving_and_correcting_at_once_lose_nothing():
    record = make_product(make_seller(), in_stock=50).stock_record
    stock.take({record.pk: 20}, reference="before")

    def act(position: int) -> None:
        mine = StockRecord.objects.get(pk=record.pk)
        if position % 4 == 0:
            stock.take({mine.pk: 2}, reference="taken")
        elif position % 4 == 1:
            stock.give_back({mine.pk: 1}, reference="before")
        elif position % 4 == 2:
            stock.receive(mine, 3, reference="new")
        else:
            stock.hand_over({mine.pk: 1}, reference="before")

    assert kinds(at_once(40, act)) == {type(None): 40}
    assert shelf_of(record) == Shelf(in_stock=50 + 30 - 10, allocated=20 + 20 - 10 - 10)
    assert_movements_make_the_shelf(record)


def test_forty_whole_orders_for_the_last_ten_sell_exactly_ten():
    product = make_product(make_seller(), in_stock=10)
    purchases = [Purchase(make_basket(product)) for _buyer in range(40)]

    results = at_once(40, lambda position: purchases[position].place())

    sold = [result for result in results if isinstance(result, Order)]
    refused = [result for result in results if not isinstance(result, Order)]
    assert len(sold) == 10
    assert {type(result) for result in refused} <= {QuoteChanged, NotEnoughStock}
    assert len({order.number for order in sold}) == 10
    assert SellerOrder.objects.count() == Payment.objects.count() == Placement.objects.count() == 10
    assert shelf_of(product.stock_record) == Shelf(in_stock=10, allocated=10)
    assert_movements_make_the_shelf(product.stock_record)


def test_orders_of_two_sellers_at_once_are_whole_or_not_there():
    plenty = make_product(make_seller(), in_stock=100)
    scarce = make_product(make_seller(), in_stock=5)
    baskets = [make_basket(*((plenty, scarce) if number % 2 else (scarce, plenty))) for number in range(20)]
    purchases = [Purchase(basket) for basket in baskets]

    results = at_once(20, lambda position: purchases[position].place())

    assert sum(isinstance(result, Order) for result in results) == 5
    assert SellerOrder.objects.count() == 10
    assert shelf_of(plenty.stock_record).allocated == shelf_of(scarce.stock_record).allocated == 5


def test_the_same_form_sent_eight_times_at_once_makes_one_order():
    product = make_product(make_seller(), in_stock=10)
    basket = make_basket((product, 2))
    digest = quote(basket).digest

    def send(_position):
        return Purchase(reload(basket), token="the form", expected=digest).place()

    results = at_once(8, send)

    assert len({result.number for result in results}) == 1
    assert Order.objects.count() == 1
    assert shelf_of(product.stock_record).allocated == 2


def test_a_basket_confirmed_in_two_windows_at_once_is_ordered_once():
    product = make_product(make_seller(), in_stock=10)
    basket = make_basket(product)
    digest = quote(basket).digest

    results = at_once(8, lambda _position: Purchase(reload(basket), expected=digest).place())

    assert sum(isinstance(result, Order) for result in results) == 1
    assert Order.objects.count() == 1


def test_an_order_cancelled_eight_times_at_once_gives_its_stock_back_once():
    product = make_product(make_seller(), in_stock=10)
    [seller_order] = buy((product, 4))

    def cancel(_position):
        return fulfil.cancel(SellerOrder.objects.get(pk=seller_order.pk), actor=None)

    results = at_once(8, cancel)

    assert Counter(isinstance(result, MoveForbidden) for result in results) == {True: 7, False: 1}
    assert shelf_of(product.stock_record) == Shelf(in_stock=10, allocated=0)
    assert StockMovement.objects.filter(kind=StockMovement.Kind.GIVEN_BACK).count() == 1
    assert [event.state for event in seller_order.events.all()] == ["pending", "cancelled"]
    assert [payment.state for payment in seller_order.payments] == ["cancelled"]


def test_confirming_and_cancelling_at_once_end_in_one_story():
    product = make_product(make_seller(), in_stock=10)
    [seller_order] = buy(product)

    def act(position):
        mine = SellerOrder.objects.get(pk=seller_order.pk)
        step = fulfil.confirm if position % 2 else fulfil.cancel_by_buyer
        return step(mine, actor=None)

    results = at_once(6, act)

    assert Counter(isinstance(result, MoveForbidden) for result in results) == {True: 5, False: 1}
    seller_order.refresh_from_db()
    taken = 1 if seller_order.state == "confirmed" else 0
    assert shelf_of(product.stock_record).allocated == taken
    assert seller_order.events.count() == 2
