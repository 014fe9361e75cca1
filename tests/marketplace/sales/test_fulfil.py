"""Fulfilment paid on delivery: every step from every state, with stock, payment, history and log."""

import pytest

from marketplace.core.models import Activity
from marketplace.payments.models import Payment
from marketplace.sales.domain import fulfil
from marketplace.sales.domain.fulfil import ACTS, MoveForbidden, allowed_moves
from marketplace.sales.models import SellerOrder
from marketplace.sales.signals import seller_order_moved
from producers.domain.stock import Shelf, shelf_by_movements
from producers.models import StockRecord
from tests.factories.catalog import make_seller, make_user
from tests.marketplace.sales.cases import buy, make_product

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

STEPS = {
    "pending": [],
    "confirmed": ["confirmed"],
    "packed": ["confirmed", "packed"],
    "shipped": ["confirmed", "packed", "shipped"],
    "delivered": ["confirmed", "packed", "shipped", "delivered"],
    "refused": ["confirmed", "packed", "shipped", "refused"],
    "cancelled": ["cancelled"],
}
PICKUP_STEPS = {
    "packed": ["confirmed", "packed"],
    "ready": ["confirmed", "packed", "ready"],
    "collected": ["confirmed", "packed", "ready", "collected"],
}

# What a seller order of 4 from a shelf of 10 leaves in stock, allocated, and owed.
SHELF_AND_PAYMENT = {
    "pending": (Shelf(10, 4), "awaiting"),
    "confirmed": (Shelf(10, 4), "awaiting"),
    "packed": (Shelf(10, 4), "awaiting"),
    "shipped": (Shelf(6, 0), "awaiting"),
    "delivered": (Shelf(6, 0), "paid"),
    "refused": (Shelf(10, 0), "cancelled"),
    "cancelled": (Shelf(10, 0), "cancelled"),
    "ready": (Shelf(10, 4), "awaiting"),
    "collected": (Shelf(6, 0), "paid"),
}


@pytest.fixture
def moved():
    """What other packages were told."""
    told = []

    def listen(sender, seller_order, event, **_kwargs):
        told.append((seller_order.number, event.state))

    seller_order_moved.connect(listen)
    yield told
    seller_order_moved.disconnect(listen)


def order_in(state: str) -> SellerOrder:
    [seller_order] = buy((make_product(make_seller()), 4))
    for step in STEPS[state]:
        ACTS[step](seller_order, actor=None)
    return seller_order


def pickup_in(state: str) -> SellerOrder:
    seller_order = order_in("pending")
    SellerOrder.objects.filter(pk=seller_order.pk).update(delivery_way="pickup")
    seller_order.refresh_from_db()
    for step in PICKUP_STEPS[state]:
        ACTS[step](seller_order, actor=None)
    return seller_order


def record_of(seller_order: SellerOrder) -> StockRecord:
    return StockRecord.objects.get(partner=seller_order.seller)


def shelf_of(seller_order: SellerOrder) -> Shelf:
    record = record_of(seller_order)
    return Shelf(record.num_in_stock, record.num_allocated)


@pytest.mark.parametrize("state", STEPS)
def test_each_state_has_its_stock_and_its_payment(state):
    seller_order = order_in(state)

    shelf, payment_state = SHELF_AND_PAYMENT[state]
    assert SellerOrder.objects.get(pk=seller_order.pk).state == state
    assert shelf_of(seller_order) == shelf == shelf_by_movements(record_of(seller_order))
    [payment] = seller_order.payments
    assert payment.state == payment_state
    assert [event.state for event in seller_order.events.all()] == ["pending", *STEPS[state]]


@pytest.mark.parametrize("state", STEPS)
@pytest.mark.parametrize("step", ACTS)
def test_only_the_allowed_steps_move_and_a_refused_one_changes_nothing(state, step, moved):
    seller_order = order_in(state)
    moved.clear()
    before = (shelf_of(seller_order), seller_order.events.count(), Activity.objects.count())

    if step in allowed_moves(seller_order):
        ACTS[step](seller_order, actor=None)
        assert seller_order.state == step
        assert moved == [(seller_order.number, step)]
        return

    with pytest.raises(MoveForbidden) as refusal:
        ACTS[step](seller_order, actor=None)
    assert refusal.value.is_done_already is (step == state)
    assert SellerOrder.objects.get(pk=seller_order.pk).state == state
    assert (shelf_of(seller_order), seller_order.events.count(), Activity.objects.count()) == before
    assert [payment.state for payment in seller_order.payments] == [SHELF_AND_PAYMENT[state][1]]
    assert moved == []


def test_the_steps_that_a_state_allows():
    assert {state: allowed_moves(SellerOrder(state=state)) for state in STEPS} == {
        "pending": ("confirmed", "cancelled"),
        "confirmed": ("packed", "cancelled"),
        "packed": ("shipped", "cancelled"),
        "shipped": ("delivered", "refused"),
        "delivered": (),
        "refused": (),
        "cancelled": (),
    }


@pytest.mark.parametrize("state", PICKUP_STEPS)
def test_what_is_picked_up_has_steps_of_its_own(state):
    seller_order = pickup_in(state)

    shelf, payment_state = SHELF_AND_PAYMENT[state]
    assert shelf_of(seller_order) == shelf == shelf_by_movements(record_of(seller_order))
    assert [payment.state for payment in seller_order.payments] == [payment_state]
    assert (
        allowed_moves(seller_order)
        == {
            "packed": ("ready", "cancelled"),
            "ready": ("collected", "cancelled"),
            "collected": (),
        }[state]
    )


def test_what_is_picked_up_is_not_shipped():
    seller_order = pickup_in("packed")

    with pytest.raises(MoveForbidden):
        fulfil.ship(seller_order, actor=None)

    assert shelf_of(seller_order) == SHELF_AND_PAYMENT["packed"][0]


def test_what_comes_back_was_with_the_buyer():
    delivered, waiting = order_in("delivered"), order_in("shipped")

    fulfil.take_back(delivered, actor=None)
    with pytest.raises(MoveForbidden):
        fulfil.take_back(waiting, actor=None)

    assert (delivered.state, waiting.state) == ("returned", "shipped")
    assert shelf_of(delivered) == SHELF_AND_PAYMENT["delivered"][0]


def test_who_moved_it_and_why_stands_in_history_and_log():
    seller_order = order_in("pending")
    person = make_user()

    event = fulfil.cancel(seller_order, actor=person, note="Hết chè vụ này")

    assert (event.state, event.actor, event.note) == ("cancelled", person, "Hết chè vụ này")
    line = Activity.objects.get(act="seller_order.cancelled")
    assert (line.actor, line.subject_kind, line.subject_id) == (
        person,
        "sales.sellerorder",
        str(seller_order.pk),
    )
    assert line.details == {"number": seller_order.number, "note": "Hết chè vụ này", "by_buyer": False}


def test_a_stale_object_cannot_move_what_somebody_else_has_moved():
    mine = order_in("pending")
    theirs = SellerOrder.objects.get(pk=mine.pk)
    fulfil.confirm(theirs, actor=None)

    with pytest.raises(MoveForbidden) as refusal:
        fulfil.confirm(mine, actor=None)

    assert mine.state == "confirmed"
    assert refusal.value.is_done_already
    assert mine.events.count() == 2


@pytest.mark.parametrize("state", ["confirmed", "packed", "shipped", "delivered", "cancelled"])
def test_the_buyer_can_cancel_only_until_the_seller_has_confirmed(state):
    seller_order = order_in(state)

    with pytest.raises(MoveForbidden):
        fulfil.cancel_by_buyer(seller_order, actor=None)

    assert SellerOrder.objects.get(pk=seller_order.pk).state == state
    assert shelf_of(seller_order) == SHELF_AND_PAYMENT[state][0]


def test_the_buyer_cancels_a_waiting_part_and_the_other_sellers_part_stays():
    tea, silk = make_product(make_seller()), make_product(make_seller())
    first, second = buy((tea, 2), (silk, 3))

    fulfil.cancel_by_buyer(first, note="Đặt nhầm")

    second.refresh_from_db()
    assert (first.state, second.state) == ("cancelled", "pending")
    assert (shelf_of(first), shelf_of(second)) == (Shelf(10, 0), Shelf(10, 3))
    assert Payment.objects.get(reference=second.number).state == "awaiting"


def test_a_failure_on_the_way_leaves_nothing_moved(monkeypatch):
    seller_order = order_in("pending")
    StockRecord.objects.filter(partner=seller_order.seller).update(num_allocated=0)

    with pytest.raises(fulfil.stock.NotAllocated):
        fulfil.cancel(SellerOrder.objects.get(pk=seller_order.pk), actor=None)

    assert SellerOrder.objects.get(pk=seller_order.pk).state == "pending"
    assert seller_order.events.count() == 1
    assert [payment.state for payment in seller_order.payments] == ["awaiting"]
