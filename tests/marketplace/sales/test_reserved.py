"""Goods of a point's shelf: priced, reserved, picked up, cancelled, and given free when nobody comes."""

import datetime

import pytest
from django.utils.translation import gettext, override

from marketplace.core import clock
from marketplace.payments.models import Payment
from marketplace.sales.domain import fulfil
from marketplace.sales.domain.fulfil import MoveForbidden
from marketplace.sales.domain.place import WrongAddress
from marketplace.sales.domain.quote import ProblemCode, QuoteChanged, quote
from marketplace.sales.models import DeliveryWay, SellerOrder
from producers.domain import counter, points, reservations
from producers.domain.acts import By
from producers.domain.counter import Item
from producers.models import PointAct, Reservation, StockRecord
from tests.factories.catalog import make_product, make_user
from tests.factories.points import make_point
from tests.factories.reserved import basket_from_shelves, place, reservation_of, reserve
from tests.factories.shelves import PRICE, bring, make_shelf
from tests.marketplace.sales.cases import reload
from tests.tasks import run_tasks

pytestmark = pytest.mark.django_db

State = SellerOrder.State


@pytest.fixture
def record() -> StockRecord:
    return make_shelf(point=make_point(address="12 Xuân La"), product=make_product(price=120_000, stock=10))


def shelf_of(record: StockRecord) -> tuple[int, int]:
    record.refresh_from_db()
    return record.num_in_stock, record.num_allocated


# --- the quote
def test_a_line_of_a_shelf_has_the_points_price_and_no_charge_beside_goods_that_are_sent(record):
    product = record.product
    found = quote(basket_from_shelves((record, 2), goods=(product,)))
    sent, kept = found.lots
    assert (sent.lines[0].unit_price, kept.lines[0].unit_price) == (120_000, PRICE)
    assert (kept.seller, kept.way, kept.delivery_charge) == (record.partner, DeliveryWay.AT_POINT, 0)
    assert kept.ways == [DeliveryWay.AT_POINT]
    assert "12 Xuân La" in kept.meeting_place
    assert not found.sends_nothing
    assert quote(basket_from_shelves((record, 2))).sends_nothing


def test_what_expired_on_the_shelf_cannot_be_reserved(record, frozen):
    tomorrow = clock.today() + datetime.timedelta(days=1)
    bring(record.partner.point, record.product, 3, expires_on=tomorrow)
    basket = basket_from_shelves((record, 12))
    assert not quote(basket).problems
    frozen.move_to(clock.now() + datetime.timedelta(days=2))
    (problem,) = quote(reload(basket)).problems
    assert (problem.code, problem.available) == (ProblemCode.TOO_MANY, 10)


@pytest.mark.parametrize("reason", ["closed", "withdrawn", "not begun"])
def test_a_shelf_from_which_nothing_is_sold_any_more(record, reason):
    basket = basket_from_shelves((record, 1))
    point, product = record.partner.point, record.product
    if reason == "closed":
        points.close(point, on=clock.today() - datetime.timedelta(days=1), reason="Hết hợp đồng")
    elif reason == "withdrawn":
        product.is_public = False
        product.save()
    else:
        point.opened_on = clock.today() + datetime.timedelta(days=3)
        point.save()
    assert [problem.code for problem in quote(reload(basket)).problems] == [ProblemCode.NOT_FOR_SALE]


# --- the order
def test_an_order_is_kept_at_the_point_for_48_hours_without_an_address(record):
    seller_order = reserve(record, 2)
    assert (seller_order.state, seller_order.delivery_way) == (State.READY_FOR_PICKUP, DeliveryWay.AT_POINT)
    assert (seller_order.delivery_charge, seller_order.total) == (0, 2 * PRICE)
    assert seller_order.order.shipping_address is None
    held = reservation_of(seller_order)
    assert [(line.stock_record_id, line.quantity) for line in held.lines.all()] == [(record.pk, 2)]
    assert held.held_until - clock.now() > datetime.timedelta(hours=47)
    assert shelf_of(record) == (10, 2)
    payment = seller_order.payments.get()
    assert (payment.method, payment.state) == ("counter", Payment.State.AWAITING)


def test_one_order_holds_goods_that_are_sent_and_goods_of_two_points(record):
    other = make_shelf(product=record.product)
    basket = basket_from_shelves((record, 1), (other, 1), goods=(record.product,))
    with pytest.raises(WrongAddress):
        place(basket, token="without", with_address=False)
    order = place(reload(basket), token="with")
    states = dict(order.seller_orders.values_list("seller", "state"))
    ready = State.READY_FOR_PICKUP
    assert states == {
        record.product.producer_id: State.PENDING,
        record.partner_id: ready,
        other.partner_id: ready,
    }
    assert order.shipping_address is not None
    assert Reservation.objects.held().count() == 2


def test_whoever_is_slower_is_told_what_is_left(record):
    slow = basket_from_shelves((record, 4))
    seen = quote(slow).digest
    counter.sell(record.partner.point, [Item(record.pk, 7)], paid_by="cash", by=By())
    with pytest.raises(QuoteChanged) as refusal:
        place(reload(slow), token="slow", expected=seen)
    assert "3" in str(refusal.value)
    assert not Reservation.objects.exists()
    assert shelf_of(record) == (3, 0)


# --- how it ends
def test_the_clerk_hands_over_and_the_order_is_collected_and_paid(record):
    seller_order, clerk = reserve(record, 2), make_user()
    reservations.collect(
        reservation_of(seller_order), by=By(clerk), amount=seller_order.total, paid_by="cash"
    )
    seller_order.refresh_from_db()
    assert seller_order.state == State.COLLECTED
    assert seller_order.payments.get().state == Payment.State.PAID
    assert shelf_of(record) == (8, 0)


def test_collecting_by_the_orders_page_is_the_same_act(record):
    seller_order = reserve(record, 2)
    fulfil.collect(seller_order, actor=make_user())
    act = PointAct.objects.get(kind=PointAct.Kind.PICKUP)
    assert (act.amount, act.paid_by) == (2 * PRICE, PointAct.Payment.CASH)
    assert (seller_order.state, reservation_of(seller_order).state) == (State.COLLECTED, "collected")
    assert seller_order.events.filter(state=State.COLLECTED).count() == 1
    assert shelf_of(record) == (8, 0)


def test_the_buyer_cancels_until_the_pick_up_and_not_after(record):
    first, second = reserve(record, 2), reserve(record, 3)
    event = fulfil.cancel_by_buyer(first, note="Đổi ý")
    assert (first.state, event.note, reservation_of(first).state) == (State.CANCELLED, "Đổi ý", "released")
    assert first.payments.get().state == Payment.State.CANCELLED
    assert shelf_of(record) == (10, 3)
    fulfil.collect(second, actor=None)
    with pytest.raises(MoveForbidden):
        fulfil.cancel_by_buyer(second)


def test_a_point_that_will_close_keeps_nothing_for_longer_and_tells_the_buyers(record, mailoutbox):
    seller_order, early = reserve(record, 2), reserve(record, 1)
    Reservation.objects.filter(reference=early.number).update(held_until=clock.now())
    points.close(record.partner.point, on=clock.today(), reason="Hết hợp đồng")
    held = reservation_of(seller_order)
    assert held.state == "held"
    assert held.held_until == clock.end_of(clock.today()) - datetime.timedelta(seconds=1)
    run_tasks()
    [mail] = [each for each in mailoutbox if f"{seller_order.number}" in each.subject]
    assert "23:59" in mail.subject
    assert not [each for each in mailoutbox if f"{early.number}" in each.subject]


def test_a_point_that_has_closed_keeps_nothing_and_the_orders_say_why(record):
    seller_order = reserve(record, 2)
    points.close(record.partner.point, on=clock.today() - datetime.timedelta(days=1), reason="Hết hợp đồng")
    seller_order.refresh_from_db()
    event = seller_order.events.get(state=State.CANCELLED)
    with override(seller_order.order.placement.language):
        assert event.note == gettext("This point of sale has closed.")
    assert reservation_of(seller_order).state == "released"
    assert shelf_of(record) == (10, 0)


def test_what_nobody_picks_up_is_free_again_and_the_order_says_why(record, frozen):
    seller_order = reserve(record, 2)
    frozen.move_to(clock.now() + datetime.timedelta(hours=50))
    assert reservations.release_overdue() == 1
    assert reservations.release_overdue() == 0
    seller_order.refresh_from_db()
    event = seller_order.events.get(state=State.CANCELLED)
    assert seller_order.state == State.CANCELLED
    assert event.note.startswith("Không ai đến lấy") or "Not picked up" in event.note
    assert shelf_of(record) == (10, 0)
