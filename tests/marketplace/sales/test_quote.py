"""Quotes: what a basket costs seller by seller, what stands in the way, what has changed."""

import pytest
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.sales.domain.quote import ProblemCode, QuoteChanged, changes_since, quote
from producers.domain import stock
from producers.models import StockRecord
from tests.factories.catalog import make_seller
from tests.marketplace.sales.cases import make_basket, make_product, reload

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


def set_price(product, price: int) -> None:
    StockRecord.objects.filter(pk=product.stock_record.pk).update(price=price)


def test_one_lot_for_each_seller_with_its_own_delivery_charge():
    bac_son = make_seller(delivery_charge=30_000)
    van_phuc = make_seller(delivery_charge=25_000)
    tea, silk = make_product(bac_son, price=120_000), make_product(van_phuc, price=450_000)
    honey = make_product(bac_son, price=180_000)

    made = quote(make_basket((tea, 2), silk, honey))

    assert [(lot.seller, lot.goods_total, lot.delivery_charge, lot.total) for lot in made.lots] == [
        (bac_son, 420_000, 30_000, 450_000),
        (van_phuc, 450_000, 25_000, 475_000),
    ]
    assert [(line.product, line.unit_price, line.quantity, line.total) for line in made.lines] == [
        (tea, 120_000, 2, 240_000),
        (honey, 180_000, 1, 180_000),
        (silk, 450_000, 1, 450_000),
    ]
    assert made.total == 925_000
    assert made.problems == []


@pytest.mark.parametrize(("price", "charge"), [(499_999, 30_000), (500_000, 0), (500_001, 0)])
def test_delivery_is_free_from_the_sellers_sum(price, charge):
    product = make_product(make_seller(delivery_charge=30_000, free_delivery_from=500_000), price=price)

    assert quote(make_basket(product)).total == price + charge


def test_lines_show_what_the_order_will_copy():
    product = make_product(make_seller(), title="Chè Bắc Sơn", title_en="Bac Son tea")

    [line] = quote(make_basket(product)).lines

    assert (line.title, line.unit, line.stars, line.available) == ("Bac Son tea", "hộp 500 g", 4, 10)


def test_an_empty_or_unsaved_basket_has_no_lots():
    assert quote(make_basket()).is_empty
    assert quote(type(make_basket())()).is_empty


def test_a_product_that_is_no_longer_sold_is_named_and_costs_nothing():
    seller = make_seller()
    gone, there = make_product(seller, price=100_000, title="Chè cũ"), make_product(seller, price=50_000)
    basket = make_basket(gone, there)
    type(gone).objects.filter(pk=gone.pk).update(is_public=False)

    made = quote(reload(basket))

    assert [(problem.code, str(problem)) for problem in made.problems] == [
        (ProblemCode.NOT_FOR_SALE, "Chè cũ is no longer for sale.")
    ]
    assert made.lots[0].goods_total == 50_000
    assert len(made.lines) == 2


def test_a_closed_stall_sells_nothing_and_delivers_nothing():
    seller = make_seller()
    basket = make_basket(make_product(seller))
    type(seller).objects.filter(pk=seller.pk).update(state="closed")

    made = quote(reload(basket))

    assert [problem.code for problem in made.problems] == [ProblemCode.NOT_FOR_SALE]
    assert made.total == 0


def test_more_than_there_is_and_nothing_left_are_different_problems():
    seller = make_seller()
    scarce, out = make_product(seller, in_stock=3, title="Mật ong"), make_product(seller, title="Miến")
    basket = make_basket((scarce, 3), out)
    stock.take({scarce.stock_record.pk: 1, out.stock_record.pk: 10}, reference="another")

    made = quote(reload(basket))

    assert [(problem.code, problem.available, str(problem)) for problem in made.problems] == [
        (ProblemCode.TOO_MANY, 2, "Only 2 of Mật ong are left."),
        (ProblemCode.SOLD_OUT, 0, "Miến is sold out."),
    ]


def test_a_price_that_was_taken_away_is_a_problem_not_a_gift():
    product = make_product(make_seller())
    basket = make_basket(product)
    set_price(product, None)

    assert [problem.code for problem in quote(reload(basket)).problems] == [ProblemCode.NOT_FOR_SALE]


def test_the_digest_is_the_same_until_something_changes():
    product = make_product(make_seller())
    basket = make_basket(product)

    with override("vi"):
        first = quote(basket).digest

    assert quote(reload(basket)).digest == first


def test_a_new_price_is_told_in_words():
    product = make_product(make_seller(), title="Chè", price=120_000)
    basket = make_basket(product)
    confirmed = quote(basket).digest
    set_price(product, 135_000)

    now = quote(reload(basket))

    assert now.digest != confirmed
    assert changes_since(confirmed, now) == ["Chè now costs 135.000\u00a0₫ instead of 120.000\u00a0₫."]
    assert QuoteChanged(confirmed, now).changes == changes_since(confirmed, now)


def test_changes_of_quantity_lines_and_delivery_are_told():
    seller = make_seller(name="HTX Bắc Sơn", delivery_charge=30_000)
    tea, honey = make_product(seller, title="Chè"), make_product(seller, title="Mật ong")
    silk = make_product(seller, title="Lụa")
    basket = make_basket(tea, honey)
    confirmed = quote(basket).digest
    basket.lines.filter(product=honey).delete()
    basket.add_product(tea, 2)
    basket.add_product(silk, 1)
    type(seller).objects.filter(pk=seller.pk).update(delivery_charge=45_000)

    assert changes_since(confirmed, quote(reload(basket))) == [
        "Mật ong is no longer in your basket.",
        "Quantity of Chè: 3 instead of 1.",
        "Lụa was added to your basket.",
        "Delivery by HTX Bắc Sơn now costs 45.000\u00a0₫.",
    ]


def test_stars_that_end_between_review_and_confirmation_are_told(frozen):
    product = make_product(
        make_seller(), title="Chè", certification={"issued_on": None, "recognised_year": 2023}
    )
    basket = make_basket(product)
    frozen.move_to("2026-12-31T16:59:00Z")
    confirmed = quote(basket).digest
    frozen.move_to("2026-12-31T17:00:00Z")

    assert changes_since(confirmed, quote(reload(basket))) == ["The stars of Chè have changed."]


@pytest.mark.parametrize("digest", ["", "forged", "eyJ0b3RhbCI6MX0:abc"])
def test_a_forged_digest_tells_nothing(digest):
    assert changes_since(digest, quote(make_basket(make_product(make_seller())))) == []


@pytest.mark.parametrize("count", [1, 30])
def test_a_quote_costs_the_same_for_one_line_and_for_thirty(django_assert_num_queries, count):
    seller = make_seller()
    basket = reload(make_basket(*(make_product(seller) for _number in range(count))))

    with django_assert_num_queries(3):
        made = quote(basket)
        assert len(made.lines) == count
        assert made.problems == []
        assert basket.num_items == count


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parts=st.lists(st.tuples(st.integers(1_000, 5_000_000), st.integers(1, 200)), min_size=1, max_size=4),
    charge=st.integers(0, 200_000),
    free_from=st.none() | st.integers(0, 2_000_000_000),
)
def test_totals_add_up_to_the_dong(parts, charge, free_from):
    sellers = [
        make_seller(delivery_charge=charge, free_delivery_from=free_from),
        make_seller(delivery_charge=charge, free_delivery_from=free_from),
    ]
    wanted = [
        (make_product(sellers[number % 2], price=price, in_stock=quantity), quantity)
        for number, (price, quantity) in enumerate(parts)
    ]

    made = quote(make_basket(*wanted))

    goods = [
        sum(price * quantity for price, quantity in parts[first::2]) for first in (0, 1) if parts[first::2]
    ]
    charges = [0 if free_from is not None and total >= free_from else charge for total in goods]
    assert [lot.goods_total for lot in made.lots] == goods
    assert [lot.delivery_charge for lot in made.lots] == charges
    assert made.total == sum(goods) + sum(charges)
    assert all(isinstance(line.total, int) for line in made.lines)
