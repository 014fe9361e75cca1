"""Booking dates for guests: basket, order, guests, cancelling, calling off; that places are never lost."""

import contextlib
import datetime

import pytest
from django.core import mail
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.core.exceptions import Refused
from marketplace.notifications import reminders
from marketplace.notifications.kinds import KINDS
from marketplace.notifications.models import Notice
from marketplace.payments.models import Payment
from marketplace.sales.domain import fulfil, reduce, returns
from marketplace.sales.domain.call_off import BookedMeanwhile, CalledOff, call_off
from marketplace.sales.domain.fulfil import NotYet
from marketplace.sales.domain.quote import ProblemCode, QuoteChanged, quote
from marketplace.sales.models import DeliveryWay, SellerOrder, SellerOrderLine
from marketplace.sales.paying import owed_back
from producers.domain import departures
from tests.factories.bookings import (
    basket_of,
    book,
    booked,
    make_departure,
    make_tour,
    set_terms,
)
from tests.factories.catalog import make_member, make_product, make_user
from tests.factories.contact import deliver
from tests.factories.payments import come_in, make_account
from tests.marketplace.sales.cases import Purchase, reload
from tests.tasks import run_tasks

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def tour():
    return make_tour(title="Một ngày ở bản Lác")


@pytest.fixture
def departure(tour):
    return make_departure(tour, days=10, starts=datetime.time(8), capacity=10)


def guests_of(departure) -> list[int]:
    return [line.places for line in SellerOrderLine.objects.booked_on(departure)]


# --- basket and quote
def test_two_dates_of_one_product_are_two_lines_and_nothing_is_sent(tour, departure):
    later = make_departure(tour, days=12)
    basket = basket_of((departure, 2), (later, 3))
    with override("vi"):
        found = quote(basket)
    assert [(line.title, line.quantity, line.total, line.problem) for line in found.lines] == [
        ("Một ngày ở bản Lác, Thứ 6, 04/12/2026 08:00", 2, 400_000, None),
        ("Một ngày ở bản Lác, Chủ nhật, 06/12/2026", 3, 600_000, None),
    ]
    (lot,) = found.lots
    assert (lot.way, lot.delivery_charge, found.total, found.sends_nothing) == (
        DeliveryWay.ON_SITE,
        0,
        1_000_000,
        True,
    )


def test_with_goods_in_one_parcel_only_the_goods_cost_and_weigh(tour, departure):
    seller = tour.producer
    seller.free_delivery_from = 300_000
    seller.save()
    tea = make_product(seller=seller, price=100_000, shipping_weight=250)
    (lot,) = quote(basket_of((departure, 2), goods=(tea,))).lots
    assert (lot.way, lot.grams, lot.delivery_charge, lot.missing_to_free) == (
        DeliveryWay.DOOR,
        250,
        30_000,
        200_000,
    )
    assert lot.total == 400_000 + 100_000 + 30_000


@pytest.mark.parametrize(
    ("quantity", "code"),
    [(1, ProblemCode.TOO_FEW_PLACES), (6, ProblemCode.TOO_MANY_PLACES), (11, ProblemCode.TOO_MANY)],
)
def test_places_that_one_booking_does_not_have(tour, departure, quantity, code):
    set_terms(tour, least=2, most=5)
    (problem,) = quote(basket_of((departure, quantity))).problems
    assert problem.code == code
    assert str({1: 2, 6: 5, 11: 10}[quantity]) in str(problem)


def test_a_date_that_ends_is_closed_or_fills_while_it_lies_in_a_basket(tour, departure, frozen):
    soon, full = make_departure(tour, days=2), make_departure(tour, days=20, capacity=3)
    basket = basket_of((departure, 1), (soon, 1), (full, 1))
    purchase = Purchase(basket, expected=quote(basket).digest)
    departures.close(departure, reason="Nghỉ")
    book(full, 3)
    frozen.move_to(soon.begins_at - datetime.timedelta(hours=24))
    found = quote(reload(basket))
    assert [problem.code for problem in found.problems] == [
        ProblemCode.DATE_ENDED,
        ProblemCode.DATE_ENDED,
        ProblemCode.SOLD_OUT,
    ]
    with pytest.raises(QuoteChanged):
        purchase.place()
    assert (booked(departure), booked(soon), booked(full)) == (0, 0, 3)


def test_a_product_that_is_booked_cannot_be_bought_without_a_date(tour):
    make_departure(tour)
    basket = basket_of(goods=(tour,))
    assert [problem.code for problem in quote(basket).problems] == [ProblemCode.NOT_FOR_SALE]


# --- the order
def test_an_order_takes_the_places_and_carries_the_date(departure):
    seller_order = book(departure, 4)
    line = seller_order.lines.get()
    assert (booked(departure), guests_of(departure)) == (4, [4])
    assert (line.day, line.starts) == (departure.day, departure.starts)
    assert "04/12/2026 08:00" in line.title
    assert (seller_order.delivery_way, seller_order.delivery_charge) == (DeliveryWay.ON_SITE, 0)
    assert "Hà Đông" in seller_order.pickup_place


def test_guests_are_confirmed_and_received_on_their_day_and_pay_then(departure, frozen):
    seller_order = book(departure, 2)
    fulfil.confirm(seller_order, actor=None)
    assert fulfil.allowed_moves(seller_order) == (SellerOrder.State.VISITED, SellerOrder.State.CANCELLED)
    with pytest.raises(NotYet):
        fulfil.receive_guests(seller_order, actor=None)
    frozen.move_to(departure.begins_at)
    fulfil.receive_guests(seller_order, actor=None)
    assert seller_order.payments.get().state == "paid"
    assert (booked(departure), guests_of(departure)) == (2, [2])
    assert returns.open_reasons(seller_order) == {}


def test_cancelling_and_cancelling_a_part_give_places_back(departure):
    whole, part = book(departure, 3), book(departure, 4)
    fulfil.cancel_by_buyer(whole)
    reduce.cancel_lines(
        part, {part.lines.get().pk: 1}, seen_total=part.total, actor=None, note="Thuyền nhỏ hơn"
    )
    assert (booked(departure), guests_of(departure)) == (3, [3])


def test_places_that_come_back_with_a_delivered_order_before_their_day_are_free(tour, departure):
    tea = make_product(seller=tour.producer)
    seller_order = book(departure, 2, goods=(tea,))
    deliver(seller_order)
    seller_order = SellerOrder.objects.prefetch_related("events", "lines").get(pk=seller_order.pk)
    places = seller_order.lines.get(day=departure.day)
    request = returns.ask(seller_order, reason="faulty", quantities={places.pk: 2})
    returns.accept(request, actor=make_user())
    line = request.lines.get()
    returns.receive(request, restocked={line.pk: 2}, actor=make_user())
    assert (booked(departure), guests_of(departure)) == (0, [])


# --- calling off
def test_calling_a_date_off_cancels_its_bookings_with_the_reason(tour, departure):
    alone = book(departure, 3)
    tea = make_product(seller=tour.producer)
    mixed = book(departure, 2, goods=(tea,))
    assert call_off(departure, reason="Lũ về", seen_places=5, actor=None) == CalledOff(2, ())
    alone.refresh_from_db()
    mixed.refresh_from_db()
    assert (alone.state, mixed.state) == (SellerOrder.State.CANCELLED, SellerOrder.State.PENDING)
    assert mixed.goods_total == 50_000
    assert alone.events.last().note == mixed.events.last().note == "Lũ về"
    departure.refresh_from_db()
    assert (departure.is_closed, departure.closing_reason, booked(departure)) == (True, "Lũ về", 0)


def test_nothing_is_called_off_if_somebody_booked_meanwhile(departure):
    book(departure, 3)
    with pytest.raises(BookedMeanwhile):
        call_off(departure, reason="Lũ về", seen_places=0, actor=None)
    departure.refresh_from_db()
    assert (departure.is_closed, booked(departure)) == (False, 3)


def test_guests_who_were_there_stay_booked_when_the_rest_is_called_off(departure, frozen):
    seller_order = book(departure, 3)
    fulfil.confirm(seller_order, actor=None)
    waiting = book(departure, 1)
    frozen.move_to(departure.begins_at)
    fulfil.receive_guests(seller_order, actor=None)
    outcome = call_off(departure, reason="Lũ về", seen_places=4, actor=None)
    assert outcome == CalledOff(1, (seller_order.number,))
    waiting.refresh_from_db()
    departure.refresh_from_db()
    assert waiting.state == SellerOrder.State.CANCELLED
    assert (departure.is_closed, booked(departure)) == (True, 3)


@pytest.fixture
def transfers(settings, tour):
    settings.PAYMENT_METHODS = ["cod", "vietqr"]
    make_account(tour.producer)


def paid(seller_order: SellerOrder) -> Payment:
    payment = seller_order.payments.get()
    come_in(payment)
    return payment


@pytest.mark.usefixtures("transfers")
def test_what_was_paid_for_a_date_that_is_called_off_is_owed_back_and_both_sides_are_told(tour, departure):
    seller = make_member(tour.producer)
    tea = make_product(seller=tour.producer, price=50_000)
    alone, mixed = (book(departure, 2, goods=goods, method="vietqr") for goods in ((), (tea,)))
    unpaid = book(departure, 1, method="vietqr")
    payments = [paid(alone), paid(mixed)]
    run_tasks()
    mail.outbox.clear()
    call_off(departure, reason="Lũ về", seen_places=5, actor=None)
    run_tasks()
    owing = {payment.reference: payment.refund_owed for payment in Payment.objects.owing_refunds()}
    assert owing == {alone.number: 400_000, mixed.number: 400_000} == owed_back(owing)
    assert unpaid.payments.get().state == "cancelled"
    assert [payment.kept for payment in payments] == [400_000, 480_000]
    mails = [message.body for message in mail.outbox if message.to == ["lan@example.org"]]
    assert [body.count("Lũ về") for body in mails] == [1, 1, 1]
    assert sum("hoàn cho bạn 400.000\xa0₫" in body for body in mails) == 2
    told = Notice.objects.filter(recipient=seller, kind="refund_owed")
    assert {(notice.facts["number"], notice.facts["amount"]) for notice in told} == {
        (alone.number, "400.000\xa0₫"),
        (mixed.number, "400.000\xa0₫"),
    }


def test_of_an_order_whose_goods_have_come_only_the_places_are_called_off(tour, departure):
    tea = make_product(seller=tour.producer, price=50_000)
    seller_order = book(departure, 2, goods=(tea,))
    deliver(seller_order)
    received_on = returns.received_on(seller_order)
    assert call_off(departure, reason="Lũ về", seen_places=2, actor=None) == CalledOff(1, ())
    seller_order.refresh_from_db()
    payment = seller_order.payments.get()
    assert (seller_order.state, seller_order.goods_total) == (SellerOrder.State.DELIVERED, 50_000)
    assert (payment.state, payment.due, payment.refund_owed) == ("overpaid", seller_order.total, 400_000)
    assert (booked(departure), guests_of(departure)) == (0, [])
    assert list(SellerOrderLine.objects.cancelled_on(departure).values_list("quantity")) == [(0,)]
    again = SellerOrder.objects.prefetch_related("events").get(pk=seller_order.pk)
    assert returns.received_on(again) == received_on


@pytest.mark.parametrize("case", ["parcel on its way to be paid", "return asked for", "the day has begun"])
def test_a_booking_that_has_its_own_end_remains_when_the_others_are_cancelled(tour, departure, frozen, case):
    tea = make_product(seller=tour.producer)
    seller_order = book(departure, 2, goods=(tea,))
    alone = book(departure, 1)
    for act in (fulfil.confirm, fulfil.pack, fulfil.ship):
        act(seller_order, actor=None)
    if case != "parcel on its way to be paid":
        fulfil.deliver(seller_order, actor=None)
    if case == "return asked for":
        places = seller_order.lines.get(day=departure.day)
        returns.ask(seller_order, reason="faulty", quantities={places.pk: 1})
    if case == "the day has begun":
        frozen.move_to(departure.begins_at)
    outcome = call_off(departure, reason="Lũ về", seen_places=3, actor=None)
    assert outcome == CalledOff(1, (seller_order.number,))
    alone.refresh_from_db()
    departure.refresh_from_db()
    assert alone.state == SellerOrder.State.CANCELLED
    assert (departure.is_closed, booked(departure), guests_of(departure)) == (True, 2, [2])


# --- the reminder
def test_the_day_before_confirmed_guests_are_reminded_once(departure, frozen):
    person = make_user()
    confirmed, _waiting = book(departure, 2, user=person), book(departure, 1, user=person)
    fulfil.confirm(confirmed, actor=None)
    frozen.move_to(departure.begins_at - datetime.timedelta(days=2))
    assert reminders.tell_of_visits() == 0
    frozen.move_to(departure.begins_at - datetime.timedelta(days=1))
    for _hour in range(2):
        assert reminders.tell_of_visits() == 1
        run_tasks()
    notice = Notice.objects.get(kind="visit", recipient=person)
    with override("en"):
        assert KINDS["visit"].title_of(notice.facts) == "Tomorrow: Một ngày ở bản Lác, 08:00"


# --- whatever happens
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["book", "cancel", "cancel a part", "resize", "close", "reopen", "call off"]),
        st.integers(1, 6),
    ),
    max_size=8,
)


def act_on(departure, act: str, number: int) -> None:
    open_orders = SellerOrder.objects.filter(
        state=SellerOrder.State.PENDING, lines__order_line__stockrecord__departure=departure
    ).order_by("pk")
    seller_order = open_orders[number - 1 : number].first() if open_orders.count() >= number else None
    if act == "book":
        book(departure, number)
    elif act == "resize":
        departures.set_capacity(departure, number)
    elif act == "close":
        departures.close(departure, reason="Nghỉ")
    elif act == "reopen":
        departures.reopen(departure)
    elif act == "call off":
        call_off(departure, reason="Lũ về", seen_places=booked(departure), actor=None)
    elif seller_order is not None and act == "cancel":
        fulfil.cancel(seller_order, actor=None, note="Ốm")
    elif seller_order is not None:
        line = seller_order.lines.get()
        reduce.cancel_lines(seller_order, {line.pk: 1}, seen_total=seller_order.total, actor=None, note="Ốm")


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_whatever_happens_the_booked_places_are_the_sum_of_the_open_bookings(departure, acts):
    for act, number in acts:
        departure.refresh_from_db()
        with contextlib.suppress(Refused):
            act_on(departure, act, number)
        departure.refresh_from_db()
        assert booked(departure) == sum(guests_of(departure)) <= departure.capacity
