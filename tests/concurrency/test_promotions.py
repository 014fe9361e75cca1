"""The last uses of a promotion and many buyers, on SQLite and on PostgreSQL."""

from collections import Counter
from dataclasses import replace

import pytest
from oscar.apps.order.models import Order

from marketplace.sales.domain import fulfil
from marketplace.sales.domain.discounts import PromotionGone, PromotionLost
from marketplace.sales.domain.place import _current_quote
from marketplace.sales.domain.quote import QuoteChanged
from marketplace.sales.domain.reduce import cancel_lines_by_buyer
from marketplace.sales.models import Promotion, PromotionUse, SellerOrder, SellerOrderEvent
from tests.concurrency.crowd import at_once
from tests.factories.catalog import make_seller
from tests.factories.promotions import make_promotion
from tests.marketplace.sales.cases import LAN, Purchase, address, make_basket, make_product, reload

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


def prepared(product, number: int, *, same_person: bool = False) -> Purchase:
    buyer = LAN if same_person else replace(LAN, phone=f"+8491234{number:04}", email=f"b{number}@example.org")
    basket = make_basket(product)
    expected = _current_quote(basket, buyer.known_to(None)).delivered(address().province, {})
    return Purchase(basket, buyer=buyer, expected=expected.digest)


def place_all(purchases: list[Purchase]) -> Counter:
    def place(position: int):
        purchases[position].basket = reload(purchases[position].basket)
        return purchases[position].place()

    return Counter(type(result) for result in at_once(len(purchases), place))


def test_fifty_buyers_and_seven_uses():
    seller = make_seller()
    product = make_product(seller, in_stock=100)
    make_promotion(seller, limit=7)

    results = place_all([prepared(product, number) for number in range(50)])

    refused = results[PromotionGone] + results[QuoteChanged]
    assert (SellerOrder.objects.filter(discount__gt=0).count(), refused) == (7, 43)
    assert PromotionUse.objects.count() == 7
    assert Promotion.objects.for_rows().get().left == 0


def test_one_person_at_ten_places_uses_it_once():
    seller = make_seller()
    product = make_product(seller, in_stock=100)
    make_promotion(seller, per_person=1)

    results = place_all([prepared(product, number, same_person=True) for number in range(10)])

    assert SellerOrder.objects.filter(discount__gt=0).count() == 1
    assert results[PromotionGone] + results[QuoteChanged] == 9


def test_two_who_cancel_the_same_order_give_its_use_back_once():
    seller = make_seller()
    make_promotion(seller, limit=5)
    product = make_product(seller)
    orders = [prepared(product, number).place() for number in range(2)]
    part = orders[0].seller_orders.get()

    at_once(2, lambda _position: fulfil.cancel(SellerOrder.objects.get(pk=part.pk), actor=None))

    assert Promotion.objects.for_rows().get().left == 4


def test_two_parts_cancelled_at_once_leave_what_the_promotion_asks_for():
    make_promotion(minimum=500_000)
    basket = make_basket(*((make_product(make_seller(), price=100_000), 3) for _stall in range(2)))
    expected = _current_quote(basket, LAN.known_to(None)).delivered(address().province, {})
    parts = list(Purchase(basket, expected=expected).place().seller_orders.order_by("pk"))

    def cancel_one(position: int):
        part = SellerOrder.objects.get(pk=parts[position].pk)
        return cancel_lines_by_buyer(part, {part.lines.get().pk: 1}, seen_total=part.total)

    results = at_once(2, cancel_one)

    assert Counter(type(result) for result in results) == {SellerOrderEvent: 1, PromotionLost: 1}


def test_ordering_and_cancelling_at_once_wait_for_each_other_in_one_order():
    seller = make_seller()
    make_promotion(seller, limit=50)
    product = make_product(seller, in_stock=100)
    purchases = [prepared(product, number) for number in range(12)]
    placed = [purchase.place().seller_orders.get() for purchase in purchases[:6]]

    def act(position: int):
        if position < len(placed):
            return fulfil.cancel(SellerOrder.objects.get(pk=placed[position].pk), actor=None)
        purchases[position].basket = reload(purchases[position].basket)
        return purchases[position].place()

    results = Counter(type(result) for result in at_once(len(purchases), act))

    assert results == {SellerOrderEvent: 6, Order: 6}
    assert Promotion.objects.for_rows().get().left == 44
