"""Cancelling a part: stock, totals, what is owed, history and log, and who was faster."""

import pytest

from marketplace.core.models import Activity
from marketplace.payments import methods
from marketplace.sales.domain import fulfil, ledger
from marketplace.sales.domain.discounts import Person, PromotionLost
from marketplace.sales.domain.place import _current_quote
from marketplace.sales.domain.reduce import (
    NothingChosen,
    NothingLeft,
    NotReducible,
    ReducedMeanwhile,
    cancel_lines,
    cancel_lines_by_buyer,
)
from marketplace.sales.models import SellerOrder, SellerOrderLine
from marketplace.sales.signals import seller_order_reduced
from producers.domain.stock import Shelf, shelf_by_movements
from tests.factories.catalog import make_seller, make_user
from tests.factories.promotions import make_promotion
from tests.marketplace.sales.cases import Purchase, address, buy, make_basket, make_product

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def products():
    seller = make_seller()
    return make_product(seller, title="Chè"), make_product(seller, title="Cốm", price=50_000)


@pytest.fixture
def seller_order(products) -> SellerOrder:
    """Three of 120.000 ₫ and two of 50.000 ₫, delivered for 30.000 ₫."""
    tea, rice = products
    return buy((tea, 3), (rice, 2))[0]


def lines_of(seller_order) -> list[SellerOrderLine]:
    return list(seller_order.lines.order_by("title"))


def reduce(seller_order, *quantities, **more):
    lines = lines_of(seller_order)
    cancelled = {line.pk: quantity for line, quantity in zip(lines, quantities, strict=False)}
    options = {"seen_total": seller_order.total, "actor": None, "note": "Hết hàng"} | more
    return cancel_lines(seller_order, cancelled, **options)


def shelf_of(product) -> Shelf:
    shelf = shelf_by_movements(product.stock_record)
    record = type(product.stock_record).objects.get(pk=product.stock_record.pk)
    assert shelf == Shelf(record.num_in_stock, record.num_allocated)
    return shelf


def facts(seller_order) -> tuple:
    fresh = SellerOrder.objects.get(pk=seller_order.pk)
    return (fresh.goods_total, fresh.total, fresh.payments.get().amount, int(fresh.order.total_incl_tax))


def test_what_is_left_is_sent_and_paid_and_the_rest_can_be_bought_again(seller_order, products):
    person = make_user()

    event = reduce(seller_order, 1, 2, actor=person)

    assert [(line.quantity, line.cancelled_quantity, line.total) for line in lines_of(seller_order)] == [
        (2, 1, 240_000),
        (0, 2, 0),
    ]
    assert facts(seller_order) == (240_000, 270_000, 270_000, 270_000)
    assert [shelf_of(product) for product in products] == [Shelf(10, 2), Shelf(10, 0)]
    assert (event.kind, event.state, event.actor, event.note) == ("reduced", "pending", person, "Hết hàng")
    log = Activity.objects.get(act="seller_order.reduced")
    assert log.details == {
        "number": seller_order.number,
        "note": "Hết hàng",
        "total": 270_000,
        "by_buyer": False,
        "cancelled": {"Chè": 1, "Cốm": 2},
    }


def test_the_rest_goes_all_the_way(seller_order, products):
    reduce(seller_order, 1, 2)

    for step in ("confirmed", "packed", "shipped", "delivered"):
        fulfil.ACTS[step](seller_order, actor=None)

    assert [shelf_of(product) for product in products] == [Shelf(8, 0), Shelf(10, 0)]
    payment = seller_order.payments.get()
    assert (payment.state, payment.amount) == ("paid", 270_000)
    assert [step.note for step in payment.events.all()] == ["", "490.000\u00a0₫ → 270.000\u00a0₫", ""]


def test_a_discount_goes_in_proportion_and_no_dong_is_lost(seller_order):
    line = lines_of(seller_order)[0]
    SellerOrderLine.objects.filter(pk=line.pk).update(
        total=350_000, discount=10_000, discount_by_marketplace=10_000
    )
    SellerOrder.objects.filter(pk=seller_order.pk).update(
        discount=10_000, discount_by_marketplace=10_000, total=480_000
    )
    seller_order.refresh_from_db()

    reduce(seller_order, 1)

    line = lines_of(seller_order)[0]
    assert (line.total, line.discount, line.discount_by_marketplace) == (233_333, 6_667, 6_667)
    assert (seller_order.goods_total, seller_order.discount, seller_order.total) == (340_000, 6_667, 363_333)
    assert seller_order.discount_by_marketplace == 6_667


@pytest.mark.parametrize(
    ("quantities", "refusal"),
    [
        ([0, 0], NothingChosen),
        ([4, 0], NothingChosen),
        ([-1, 1], NothingChosen),
        ([3, 2], NothingLeft),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(seller_order, products, quantities, refusal):
    with pytest.raises(refusal):
        reduce(seller_order, *quantities)

    assert facts(seller_order) == (460_000, 490_000, 490_000, 490_000)
    assert [shelf_of(product) for product in products] == [Shelf(10, 3), Shelf(10, 2)]
    assert seller_order.events.count() == 1


def test_a_line_of_another_order_is_refused(seller_order, products):
    [other] = buy(products[0])

    with pytest.raises(NothingChosen):
        cancel_lines(seller_order, {other.lines.get().pk: 1}, seen_total=490_000, actor=None, note="x")


def test_a_second_form_from_before_is_told(seller_order):
    seen = seller_order.total
    reduce(seller_order, 1)

    with pytest.raises(ReducedMeanwhile):
        reduce(SellerOrder.objects.get(pk=seller_order.pk), 1, seen_total=seen)

    assert lines_of(seller_order)[0].quantity == 2


@pytest.mark.parametrize("steps", [["confirmed", "packed", "shipped"], ["cancelled"]])
def test_what_has_left_or_ended_cannot_be_reduced(seller_order, steps):
    for step in steps:
        fulfil.ACTS[step](seller_order, actor=None)

    with pytest.raises(NotReducible):
        reduce(seller_order, 1)


def test_other_packages_are_told(seller_order):
    told = []

    def listen(sender, seller_order, event, **_kwargs):
        told.append((seller_order.total, event.kind))

    seller_order_reduced.connect(listen)
    reduce(seller_order, 1)
    seller_order_reduced.disconnect(listen)

    assert told == [(370_000, "reduced")]


def test_a_part_cancelled_first_and_then_the_whole_gives_all_back_once(seller_order, products):
    reduce(seller_order, 1, 2)

    fulfil.cancel(seller_order, actor=None, note="Hết hàng")

    assert [shelf_of(product) for product in products] == [Shelf(10, 0), Shelf(10, 0)]


def test_a_buyer_cancels_a_part_until_the_seller_has_taken_it_on(seller_order):
    first, second = lines_of(seller_order)
    event = cancel_lines_by_buyer(seller_order, {second.pk: 1}, seen_total=seller_order.total, note="Đủ rồi")
    assert (event.kind, seller_order.total) == ("reduced", 440_000)

    fulfil.confirm(seller_order, actor=None)
    with pytest.raises(NotReducible):
        cancel_lines_by_buyer(seller_order, {first.pk: 1}, seen_total=seller_order.total)


def test_a_buyer_keeps_what_a_promotion_asks_for_or_cancels_all():
    seller = make_seller()
    make_promotion(seller, minimum=200_000)
    basket = make_basket((make_product(seller, price=100_000), 2))
    expected = _current_quote(basket, Person()).delivered(address().province, {})
    part = Purchase(basket, expected=expected).place().seller_orders.get()

    with pytest.raises(PromotionLost, match=r"200\.000"):
        cancel_lines_by_buyer(part, {part.lines.get().pk: 1}, seen_total=part.total)


@pytest.mark.parametrize("given", [330_000, 490_000])
def test_a_part_is_cancelled_though_more_than_the_rest_costs_was_given_back_before(seller_order, given):
    payment = seller_order.payments.get()
    methods.get(payment.method).confirm(payment, None)
    methods.get(payment.method).refund(payment, given, way="cash", proof="", actor=None)
    reduce(seller_order, 1, 1)

    payment.refresh_from_db()
    seller_order.refresh_from_db()
    assert (payment.amount, payment.due) == (seller_order.total, 0)
    assert payment.refund_owed == 490_000 - given
    assert not list(ledger.differences(SellerOrder.objects.all()))
