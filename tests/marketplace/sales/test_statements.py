"""A seller's money by order and in sums, and the fee by dated rates."""

import datetime

import pytest
from django.db.models import F, Value

from marketplace.core.models import Activity
from marketplace.payments import methods
from marketplace.payments.models import Payment
from marketplace.sales.domain import fees, fulfil, statements
from marketplace.sales.domain.discounts import Person
from marketplace.sales.domain.place import _current_quote
from marketplace.sales.models import FeeRate, SellerOrder
from tests.factories.catalog import make_seller, make_user
from tests.factories.promotions import make_promotion
from tests.marketplace.sales.cases import Purchase, address, buy, make_basket, make_product

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

TODAY = datetime.date(2026, 11, 24)
DAY = datetime.timedelta(days=1)
PRICE, DELIVERY = 120_000, 30_000
TOTAL = PRICE + DELIVERY


@pytest.fixture
def seller():
    return make_seller(name="HTX Bắc Sơn")


@pytest.fixture
def product(seller):
    return make_product(seller, in_stock=50)


def all_of(seller):
    return SellerOrder.objects.filter(seller=seller)


def delivered(product) -> SellerOrder:
    order = buy(product)[0]
    for act in (fulfil.confirm, fulfil.pack, fulfil.ship, fulfil.deliver):
        act(order, actor=None)
    return order


def rate(valid_from, hundredths) -> FeeRate:
    return FeeRate.objects.create(valid_from=valid_from, hundredths=hundredths, source="QĐ thử")


def test_every_state_counts_what_it_means(seller, product):
    pending, cancelled, paid = buy(product)[0], buy(product)[0], delivered(product)
    fulfil.cancel(cancelled, actor=None, note="Hết hàng")
    refunded = delivered(product)
    methods.get("cod").refund(refunded.payments.get(), TOTAL, way="cash", proof="", actor=None)

    rows = {each.number: each for each in statements.with_money(all_of(seller))}
    money = {number: (each.sold, each.received, each.refunded, each.fee) for number, each in rows.items()}
    assert money == {
        pending.number: (TOTAL, 0, 0, 0),
        cancelled.number: (0, 0, 0, 0),
        paid.number: (TOTAL, TOTAL, 0, 0),
        refunded.number: (TOTAL, TOTAL, TOTAL, 0),
    }
    sums = statements.sums_of(all_of(seller))
    assert sums == statements.Sums(orders=4, sold=3 * TOTAL, received=2 * TOTAL, refunded=TOTAL, fee=0)
    assert sums.kept == TOTAL
    assert [each.number for each in statements.awaiting(all_of(seller))] == [pending.number]
    assert set(statements.paid(all_of(seller))) == {paid, refunded}
    assert list(statements.refunded(all_of(seller))) == [refunded]


def test_another_seller_s_money_is_not_counted(seller, product):
    delivered(make_product(make_seller()))
    assert statements.sums_of(all_of(seller)) == statements.Sums(0, 0, 0, 0, 0)


def test_the_fee_is_that_of_the_day_on_which_the_order_was_placed(seller, product, frozen):
    rate(TODAY - DAY, 250)
    rate(TODAY + DAY, 333)
    before = delivered(product)
    frozen.shift(DAY)
    after = delivered(product)
    waiting = buy(product)[0]
    owed = {each: each.fee for each in statements.with_money(all_of(seller))}
    # 2.5 % and 3.33 % of the goods, without delivery; nothing for what is not delivered.
    assert owed == {before: 3_000, after: 3_996, waiting: 0}
    assert statements.sums_of(all_of(seller)).fee == 6_996


def test_a_refund_lowers_the_fee_and_one_above_the_goods_leaves_none(
    seller, product, django_assert_num_queries
):
    rate(TODAY, 250)
    orders = [delivered(product) for _number in range(3)]
    goods = orders[0].goods_total
    for order, given_back in zip(orders, (goods // 4, 0, TOTAL), strict=True):
        payments = Payment.objects.filter(reference=order.number)
        payments.update(refunded=given_back, due=F("amount") - given_back)
    owed = {each: each.fee for each in statements.with_money(all_of(seller))}
    # 2.5 % of what of the goods the seller keeps, half a dong upwards.
    assert owed == {orders[0]: (goods - goods // 4) * 25 // 1000, orders[1]: goods * 25 // 1000, orders[2]: 0}
    # The orders, their payments, what was given back, and the rates once.
    with django_assert_num_queries(4):
        sums = statements.sums_of(all_of(seller))
    assert sums.fee == sum(owed.values())


def test_what_was_paid_twice_and_given_back_leaves_the_fee_as_it_is(seller, product):
    rate(TODAY, 250)
    order = delivered(product)
    Payment.objects.filter(reference=order.number).update(received=2 * TOTAL, refunded=TOTAL)
    fee = statements.with_money(all_of(seller)).get().fee
    assert fee == statements.sums_of(all_of(seller)).fee == order.goods_total * 25 // 1000


def test_half_a_dong_is_rounded_up(seller):
    rate(TODAY, 1)
    # 0.01 % of 15,000 is 1.5.
    order = delivered(make_product(seller, price=15_000))
    assert statements.with_money(all_of(seller)).get(pk=order.pk).fee == 2


def test_a_rate_begins_on_a_day_to_come_and_once(seller):
    office = make_user()
    for day in (TODAY - DAY, TODAY):
        with pytest.raises(fees.RateRefused):
            fees.set_rate(hundredths=200, valid_from=day, source="QĐ 1", actor=office)
    set_one = fees.set_rate(hundredths=200, valid_from=TODAY + DAY, source="QĐ 1", actor=office)
    with pytest.raises(fees.RateRefused):
        fees.set_rate(hundredths=300, valid_from=TODAY + DAY, source="QĐ 2", actor=office)
    assert list(FeeRate.objects.all()) == [set_one]
    assert set_one.percent == "2"
    assert Activity.objects.filter(act="fee_rate.set").count() == 1


def test_a_discount_that_the_marketplace_bears_owes_its_fee_and_falls_with_what_goes_back(seller):
    make_promotion(value=50, is_borne_by_marketplace=True)
    basket = make_basket((make_product(seller, price=100_000), 2))
    expected = _current_quote(basket, Person()).delivered(address().province, {})
    part = Purchase(basket, expected=expected).place().seller_orders.get()
    rows = SellerOrder.objects.filter(pk=part.pk)

    def kept(refunded: int) -> int:
        return rows.annotate(kept=fees.goods_kept(Value(refunded))).get().kept

    assert (part.goods_total, part.discount_by_marketplace, part.total - part.delivery_charge) == (
        200_000,
        100_000,
        100_000,
    )
    assert [kept(refunded) for refunded in (0, 50_000, 100_000, 130_000)] == [200_000, 100_000, 0, 0]
