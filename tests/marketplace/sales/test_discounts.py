"""Promotions in baskets and orders: whole dong, shared out exactly, used as often as they may be."""

import datetime
import re

import pytest
from django.db import transaction
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oscar.apps.order.models import OrderDiscount

from marketplace.core import clock
from marketplace.sales.domain import discounts, fulfil
from marketplace.sales.domain.discounts import Person, PromotionGone
from marketplace.sales.domain.place import Buyer, _current_quote
from marketplace.sales.domain.quote import Quote, QuoteChanged
from marketplace.sales.models import Promotion
from marketplace.sales.models.promotions import spread
from tests.factories.catalog import make_seller, make_user
from tests.factories.promotions import enter, make_promotion
from tests.marketplace.sales.cases import LAN, Purchase, address, make_basket, make_product, reload

pytestmark = pytest.mark.django_db

NOBODY = Person()


def quoted(basket, person: Person = NOBODY) -> Quote:
    return _current_quote(basket, person).delivered(address().province, {})


def place(basket, *promotions: Promotion, buyer: Buyer = LAN, user=None):
    for promotion in promotions:
        enter(basket, promotion)
    given = {} if user is None else {"user": user}
    purchase = Purchase(basket, buyer=buyer, **given)
    purchase.expected = quoted(basket, buyer.known_to(user))
    return purchase.place()


@given(st.lists(st.integers(0, 10**9), max_size=8), st.integers(0, 100))
def test_a_sum_is_shared_out_to_the_dong_and_never_beyond_a_price(worths, percent):
    amount = sum(worths) * percent // 100
    parts = spread(amount, worths)

    assert sum(parts) == amount
    assert all(0 <= part <= worth for part, worth in zip(parts, worths, strict=True))


GIFTS = st.one_of(
    st.fixed_dictionaries(
        {"kind": st.just("percent"), "value": st.integers(1, 50), "most": st.none() | st.integers(1, 70_000)}
    ),
    st.integers(1, 60_000).map(lambda value: {"kind": "sum", "value": value, "minimum": 2 * value}),
    st.fixed_dictionaries({"kind": st.just("delivery"), "value": st.integers(0, 50_000)}),
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    gifts=st.lists(
        st.tuples(GIFTS, st.sampled_from(["first", "second", "market", "borne"])), min_size=1, max_size=3
    ),
    prices=st.lists(st.tuples(st.integers(1, 300_001), st.integers(1, 9)), min_size=2, max_size=5),
)
def test_whatever_runs_sums_are_whole_exact_and_never_below_zero(gifts, prices):
    with transaction.atomic():
        sellers = [make_seller(delivery_charge=30_000), make_seller(delivery_charge=12_345)]
        basket = make_basket(
            *(
                (make_product(sellers[number % 2], price=price), quantity)
                for number, (price, quantity) in enumerate(prices)
            )
        )
        for gift, giver in gifts:
            own = {"first": sellers[0], "second": sellers[1]}.get(giver)
            make_promotion(own, is_borne_by_marketplace=giver == "borne", **gift)

        quote = quoted(basket)
        order = Purchase(basket, expected=quote).place()

        for lot, seller_order in zip(quote.lots, order.seller_orders.order_by("number"), strict=True):
            lines = list(seller_order.lines.all())
            assert all(0 <= line.discount <= line.unit_price * line.quantity for line in lines)
            assert (
                sum(line.discount for line in lines) + seller_order.delivery_discount == seller_order.discount
            )
            by_marketplace = sum(line.discount_by_marketplace for line in lines)
            assert (
                by_marketplace + seller_order.delivery_discount_by_marketplace
                == seller_order.discount_by_marketplace
            )
            assert (
                seller_order.total
                == sum(line.total for line in lines) + seller_order.delivery_to_pay
                == lot.total
            )
            assert seller_order.payments.get().due == seller_order.total
        assert order.total_incl_tax == sum(part.total for part in order.seller_orders.all()) == quote.total
        paid = sum(row.price_incl_tax * row.quantity for row in order.line_prices.all())
        assert paid == sum(line.line_price_incl_tax for line in order.lines.all())
        on_goods = sum(part.discount - part.delivery_discount for part in order.seller_orders.all())
        assert sum(row.amount for row in OrderDiscount.objects.filter(order=order)) == on_goods
        transaction.set_rollback(True)


def test_a_sellers_promotion_is_for_its_own_goods():
    mine, other = make_seller(), make_seller()
    make_promotion(mine, value=20)

    quote = quoted(make_basket(make_product(mine, price=99_999), make_product(other, price=50_000)))

    assert [(lot.goods_total, lot.discount, lot.discount_by_marketplace) for lot in quote.lots] == [
        (99_999, 19_999, 0),
        (50_000, 0, 0),
    ]


def test_the_marketplace_names_stalls_and_products_and_bears_it_if_it_says_so():
    mine, other = make_seller(), make_seller()
    chosen, rest = make_product(mine, price=100_000), make_product(mine, price=40_000)
    foreign = make_product(other, price=70_000)
    make_promotion(value=10, sellers=(mine,), products=(chosen,), is_borne_by_marketplace=True)

    quote = quoted(make_basket(chosen, rest, foreign))

    assert [line.discount for line in quote.lines] == [10_000, 0, 0]
    assert [lot.discount_by_marketplace for lot in quote.lots] == [10_000, 0]


def test_the_promotion_that_saves_most_counts_and_each_line_has_one():
    seller = make_seller()
    make_promotion(seller, value=10)
    better = make_promotion(seller, kind="sum", value=30_000, minimum=100_000)
    code = make_promotion(seller, value=5, code="NHO5")
    basket = make_basket(make_product(seller, price=100_000), make_product(seller, price=50_000))
    enter(basket, code)

    quote = quoted(basket)

    assert quote.promotions == [better]
    assert [line.discount for line in quote.lines] == [20_000, 10_000]
    with override("en"):
        assert "saves you more" in discounts.why_not(code, basket, NOBODY)


def test_goods_sold_from_an_age_on_are_never_cheaper():
    seller = make_seller()
    wine = make_product(seller, price=200_000)
    wine.categories.update(minimum_age=18)
    make_promotion(seller, value=10)

    assert quoted(make_basket(wine)).discount == 0


def test_cheaper_delivery_counts_where_a_parcel_comes_and_the_minimum_is_reached():
    seller, near = make_seller(delivery_charge=30_000), make_seller(delivery_charge=10_000)
    make_promotion(kind="delivery", value=20_000, minimum=150_000, is_borne_by_marketplace=True)
    product, other = make_product(seller, price=100_000), make_product(near, price=40_000)

    assert quoted(make_basket(product, other)).discount == 0

    quote = quoted(make_basket((product, 2), other))
    assert [(lot.delivery_charge, lot.delivery_discount, lot.total) for lot in quote.lots] == [
        (30_000, 20_000, 210_000),
        (10_000, 10_000, 40_000),
    ]
    assert quote.total == 250_000


def test_free_delivery_from_a_sum_is_reached_by_what_is_paid_for_the_goods():
    seller = make_seller(delivery_charge=30_000, free_delivery_from=100_000)
    make_promotion(seller, value=10)

    assert quoted(make_basket(make_product(seller, price=100_000))).total == 120_000


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"minimum": 200_000}, "80.000"),
        (
            {"first_day": datetime.date(2027, 1, 1), "last_day": datetime.date(2027, 1, 2)},
            "not be used yet|cannot be used yet",
        ),
        ({"is_for_first_order": True}, "first order"),
        ({"per_person": 1}, "already"),
        ({"sellers": "other"}, "not for what"),
        ({"limit": 1}, "used up"),
    ],
)
def test_a_code_that_does_not_count_says_why(frozen, fields, words):
    seller, user = make_seller(), make_user()
    product = make_product(seller, price=120_000)
    if fields.get("sellers"):
        fields = {"sellers": (make_seller(),)}
    promotion = make_promotion(code="TET2027", **fields)
    if "minimum" not in fields and "first_day" not in fields and "sellers" not in fields:
        place(make_basket(product), promotion, user=user)
    basket = make_basket(product)
    enter(basket, promotion)
    person = Person(user)

    quote = quoted(basket, person)

    assert quote.discount == 0
    again = Promotion.objects.for_rows().get(pk=promotion.pk)
    with override("en"):
        assert re.search(words, discounts.why_not(again, basket, person))


def test_one_person_by_phone_or_mail_is_the_same_without_an_account():
    seller = make_seller()
    product = make_product(seller)
    promotion = make_promotion(seller, per_person=1)
    place(make_basket(product))

    same_phone = Buyer(name="Lan", email="khac@example.org", phone=LAN.phone, language="vi")
    assert quoted(make_basket(product), same_phone.known_to(None)).discount == 0
    someone = Buyer(name="Mai", email="mai@example.org", phone="+84987654321", language="vi")
    assert quoted(make_basket(product), someone.known_to(None)).promotions == [promotion]


def test_what_the_buyer_saw_before_giving_a_phone_is_asked_again():
    seller = make_seller()
    product = make_product(seller, price=100_000)
    make_promotion(seller, is_for_first_order=True)
    place(make_basket(product))

    basket = make_basket(product)
    with pytest.raises(QuoteChanged, match=r"100\.000"):
        Purchase(basket, expected=quoted(basket)).place()


def test_uses_are_counted_and_come_back_with_the_whole_cancelled_order():
    seller, other = make_seller(), make_seller()
    promotion = make_promotion(limit=1, per_person=1, is_borne_by_marketplace=True)
    order = place(make_basket(make_product(seller), make_product(other)))
    first, second = order.seller_orders.order_by("number")
    promotion = Promotion.objects.for_rows().get()
    assert (promotion.state, promotion.left) == (Promotion.State.USED_UP, 0)
    assert discounts.cost_of([promotion.pk]) == {promotion.pk: 24_000}

    fulfil.cancel(first, actor=None)
    assert Promotion.objects.for_rows().get().left == 0
    assert discounts.cost_of([promotion.pk]) == {promotion.pk: 12_000}

    fulfil.cancel(second, actor=None)
    promotion = Promotion.objects.for_rows().get()
    assert (promotion.state, promotion.left, promotion.used_up_at) == (Promotion.State.RUNNING, 1, None)
    assert place(make_basket(make_product(seller))).seller_orders.get().discount == 12_000


def test_a_use_that_somebody_else_took_meanwhile_makes_no_order():
    seller = make_seller()
    promotion = make_promotion(seller, limit=1)
    order = place(make_basket(make_product(seller)))
    stale = Promotion.objects.for_rows().get(pk=promotion.pk)

    with pytest.raises(PromotionGone):
        discounts.take(order, [stale], NOBODY)


def test_it_ends_with_its_last_day_in_ha_noi(frozen):
    frozen.move_to("2026-11-24T02:00:00Z")
    seller = make_seller()
    product = make_product(seller)
    make_promotion(seller, last_day=clock.today())

    frozen.move_to("2026-11-24T16:59:59Z")
    assert quoted(make_basket(product)).discount
    frozen.move_to("2026-11-24T17:00:00Z")
    assert not quoted(make_basket(product)).discount


@pytest.mark.parametrize("count", [1, 30])
def test_a_basket_with_promotions_takes_as_many_queries_for_one_line_as_for_thirty(
    django_assert_num_queries, count
):
    seller = make_seller()
    make_promotion(seller, per_person=1)
    make_promotion(kind="delivery", value=0, is_for_first_order=True)
    basket = reload(make_basket(*(make_product(seller) for _number in range(count))))
    person = LAN.known_to(None)

    with django_assert_num_queries(11):
        _current_quote(basket, person)
