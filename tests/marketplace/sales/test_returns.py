"""Returns: what can be asked, the seller's answers, goods and money that come back."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from marketplace.core import clock
from marketplace.core.exceptions import Refused
from marketplace.core.models import Activity
from marketplace.payments.methods import RefundTooLarge
from marketplace.payments.models import Payment, Refund
from marketplace.sales.domain import returns
from marketplace.sales.domain.periods import all_periods
from marketplace.sales.domain.returns import LessThanDecided, NotReturnable, ReturnMoved
from marketplace.sales.models import ReturnLine, ReturnRequest, SellerOrder
from marketplace.sales.signals import return_moved
from producers.models import StockRecord
from tests.factories.catalog import make_member, make_seller
from tests.factories.contact import deliver, make_return, make_upload
from tests.factories.sellers import make_officer
from tests.marketplace.sales.cases import buy, make_product

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

State = ReturnRequest.State


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


@pytest.fixture
def seller():
    return make_seller(delivery_charge=30_000)


@pytest.fixture
def packer(seller):
    return make_member(seller, "packer")


@pytest.fixture
def seller_order(seller):
    """Three of one product and one of another, delivered and paid: 3 × 100.000 + 50.000 + 30.000 ₫."""
    honey, tea = make_product(seller, price=100_000), make_product(seller, price=50_000)
    return deliver(buy((honey, 3), tea)[0])


def lines(seller_order) -> list:
    return list(seller_order.lines.order_by("pk"))


def ask(seller_order, *quantities: int, **fields) -> ReturnRequest:
    wanted = {line.pk: number for line, number in zip(lines(seller_order), quantities, strict=False)}
    return returns.ask(seller_order, **{"reason": "faulty", "quantities": wanted, **fields})


def shelf(line) -> int:
    return StockRecord.objects.get(pk=line.order_line.stockrecord_id).num_in_stock


# --- asking
def test_a_buyer_asks_for_a_part(seller_order):
    request = ask(seller_order, 2, words="Hai hộp  bị vỡ", pictures=[make_upload()])

    assert (request.state, request.words, request.goods_total) == (State.ASKED, "Hai hộp bị vỡ", 200_000)
    # Asked on Tuesday, 24 November 2026; three working days.
    assert request.answer_by == datetime.date(2026, 11, 27)
    assert [(line.line, line.quantity) for line in request.lines.all()] == [(lines(seller_order)[0], 2)]
    assert (request.pictures.count(), request.steps.get().is_by_buyer) == (1, True)
    assert Activity.objects.filter(act="return.asked").count() == 1


def test_what_has_not_arrived_cannot_be_given_back(seller):
    on_its_way = buy(make_product(seller))[0]

    assert returns.open_reasons(on_its_way) == {}
    with pytest.raises(NotReturnable, match="time for a return"):
        ask(on_its_way, 1)


@pytest.mark.parametrize(
    ("reason", "days"), [("faulty", 30), ("described", 30), ("wrong", 30), ("damaged", 7), ("mind", 7)]
)
def test_each_reason_has_its_time_and_its_last_day_counts(seller_order, frozen, reason, days):
    frozen.shift(datetime.timedelta(days=days))
    assert reason in returns.open_reasons(seller_order)
    frozen.shift(datetime.timedelta(days=1))
    assert reason not in returns.open_reasons(seller_order)
    with pytest.raises(NotReturnable):
        ask(seller_order, 1, reason=reason)


def test_every_reason_has_a_period_with_its_source():
    assert {period.reason for period in all_periods()} == set(ReturnRequest.Reason.values)
    assert all(period.source.startswith("https://") and period.act for period in all_periods())


@pytest.mark.parametrize("quantities", [(4,), (-1, 1), (0, 2)])
def test_no_more_comes_back_than_was_sent(seller_order, quantities):
    with pytest.raises(NotReturnable, match="more than you have received"):
        ask(seller_order, *quantities)
    assert not ReturnRequest.objects.exists()


@pytest.mark.parametrize("quantities", [(), (0, 0)])
def test_a_return_of_nothing_is_none(seller_order, quantities):
    with pytest.raises(NotReturnable, match="choose what"):
        ask(seller_order, *quantities)


def test_lines_of_other_orders_cannot_be_smuggled_in(seller, seller_order):
    other = deliver(buy(make_product(seller))[0])
    with pytest.raises(NotReturnable):
        returns.ask(seller_order, reason="faulty", quantities={lines(other)[0].pk: 1})


def test_one_return_at_a_time_and_another_for_the_rest(seller_order, packer):
    first = ask(seller_order, 2)
    with pytest.raises(NotReturnable, match="not decided yet"):
        ask(seller_order, 1)
    returns.accept(first, actor=packer)
    returns.receive(first, restocked={}, actor=packer)
    returns.refund(first, amount=200_000, way="cash", actor=packer)

    assert [number for _line, number in returns.returnable(seller_order)] == [1, 1]
    assert ask(seller_order, 1).state == State.ASKED


def test_the_database_allows_one_open_return(seller_order):
    make_return(seller_order)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_return(seller_order)


# --- the answer
def test_refusing_needs_a_reason_and_ends_it(seller_order, packer):
    request = ask(seller_order, 1)
    with pytest.raises(Refused, match="say why"):
        returns.refuse(request, actor=packer, note=" ")
    step = returns.refuse(request, actor=packer, note="Hàng đã dùng hết")

    assert (request.state, step.note, step.actor) == (State.REFUSED, "Hàng đã dùng hết", packer)
    for act in (
        lambda: returns.accept(request, actor=packer),
        lambda: returns.receive(request, restocked={}, actor=packer),
        lambda: returns.refund(request, amount=1, way="cash", actor=packer),
        lambda: returns.withdraw(request),
    ):
        with pytest.raises(ReturnMoved, match="Refused by the seller"):
            act()
    assert not Refund.objects.exists()


def test_the_buyer_keeps_the_goods_until_the_seller_has_them(seller_order, packer):
    request = ask(seller_order, 1)
    returns.accept(request, actor=packer)
    assert returns.withdraw(request).is_by_buyer
    again = ask(seller_order, 1)
    returns.accept(again, actor=packer)
    returns.receive(again, restocked={}, actor=packer)
    with pytest.raises(ReturnMoved):
        returns.withdraw(again)


def test_each_step_is_told(seller_order, packer):
    heard = []

    def hear(sender, return_request, step, **kwargs):
        heard.append((step.state, step.is_by_buyer))

    return_moved.connect(hear)
    try:
        request = ask(seller_order, 1)
        returns.accept(request, actor=packer, note="Gửi về xưởng")
        returns.receive(request, restocked={}, actor=packer)
        returns.refund(request, amount=100_000, way="transfer", proof="FT1", actor=packer)
    finally:
        return_moved.disconnect(hear)
    assert heard == [("asked", True), ("accepted", False), ("received", False), ("refunded", False)]


# --- goods
def test_only_what_can_be_sold_again_goes_onto_the_shelf(seller_order, packer):
    first, second = lines(seller_order)
    before = shelf(first)
    request = ask(seller_order, 3)
    returns.accept(request, actor=packer)
    line = request.lines.get()
    returns.receive(request, restocked={line.pk: 2}, actor=packer)

    assert (shelf(first), shelf(second)) == (before + 2, shelf(second))
    assert ReturnLine.objects.get().restocked == 2
    assert SellerOrder.objects.get(pk=seller_order.pk).state == "delivered"


def test_more_than_came_back_is_not_put_onto_the_shelf(seller_order, packer):
    before = shelf(lines(seller_order)[0])
    request = ask(seller_order, 1)
    returns.accept(request, actor=packer)
    returns.receive(request, restocked={request.lines.get().pk: 9}, actor=packer)

    assert shelf(lines(seller_order)[0]) == before + 1


def test_an_order_that_came_back_whole_is_returned(seller_order, packer):
    request = ask(seller_order, 3, 1)
    returns.accept(request, actor=packer)
    returns.receive(request, restocked={}, actor=packer)

    order = SellerOrder.objects.get(pk=seller_order.pk)
    assert (order.state, order.events.last().state) == ("returned", "returned")


# --- money
def refunded(seller_order, packer, amount: int, **fields) -> ReturnRequest:
    request = ask(seller_order, 1)
    returns.accept(request, actor=packer)
    returns.refund(request, **{"amount": amount, "way": "transfer", "actor": packer, **fields})
    return request


def test_a_refund_is_noted_with_who_and_how(seller_order, packer):
    request = refunded(seller_order, packer, 100_000, proof=" FT26 ")

    refund = Refund.objects.get()
    assert (request.state, request.refund) == (State.REFUNDED, refund)
    assert (refund.amount, refund.way, refund.proof, refund.actor) == (100_000, "transfer", "FT26", packer)
    payment = Payment.objects.get()
    assert (payment.refunded, payment.refundable, payment.state) == (
        100_000,
        280_000,
        "partly_refunded",
    )


def test_the_whole_sum_with_delivery_can_go_back(seller_order, packer):
    refunded(seller_order, packer, 380_000)

    payment = Payment.objects.get()
    assert (payment.state, payment.refundable) == ("refunded", 0)
    assert payment.events.last().state == "refunded"


@pytest.mark.parametrize("amount", [380_001, 0, -5])
def test_no_more_goes_back_than_was_paid(seller_order, packer, amount):
    with pytest.raises(RefundTooLarge, match=r"380\.000"):
        refunded(seller_order, packer, amount)
    request = ReturnRequest.objects.get()
    assert (request.state, Refund.objects.count(), Payment.objects.get().refunded) == ("accepted", 0, 0)


def test_a_second_refund_is_limited_by_what_is_left(seller_order, packer):
    refunded(seller_order, packer, 300_000)
    with pytest.raises(RefundTooLarge, match=r"80\.000"):
        refunded(seller_order, packer, 80_001)


def test_the_database_refuses_a_refund_above_what_was_paid(seller_order):
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.update(refunded=380_001)


def test_what_was_never_paid_is_not_refunded(seller, packer):
    unpaid = buy(make_product(seller))[0]
    request = make_return(unpaid, state=State.ACCEPTED)
    with pytest.raises(Refused, match="Nothing of this order has been paid"):
        returns.refund(request, amount=1, way="cash", actor=packer)


def test_a_return_is_refunded_only_with_a_refund(seller_order):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_return(seller_order, state=State.REFUNDED)


# --- what the office decides
@pytest.fixture
def officer():
    return make_officer()


def test_the_office_decides_what_a_seller_refused_and_the_seller_gives_it_back(seller_order, packer, officer):
    request = ask(seller_order, 1)
    returns.refuse(request, actor=packer, note="Không nhận")
    step = returns.decide(request, amount=100_000, actor=officer, note="Ảnh cho thấy hộp vỡ")

    assert (step.state, step.actor, step.note) == (State.DECIDED, officer, "Ảnh cho thấy hộp vỡ")
    assert (request.decided, request.is_open) == (100_000, True)
    assert request.answer_by == next(each for each in all_periods() if each.reason == "faulty").answer_by(
        clock.today()
    )
    assert Payment.objects.get().refunded == 0
    with pytest.raises(LessThanDecided, match="100"):
        returns.refund(request, amount=99_999, way="transfer", actor=packer)
    returns.refund(request, amount=100_000, way="transfer", actor=packer)
    assert (request.state, Payment.objects.get().refunded) == (State.REFUNDED, 100_000)


def test_goods_can_come_back_after_the_office_has_decided(seller_order, packer, officer):
    request = ask(seller_order, 1)
    returns.decide(request, amount=80_000, actor=officer, note="Quá hạn trả lời")
    returns.receive(request, restocked={}, actor=packer)
    with pytest.raises(LessThanDecided):
        returns.refund(request, amount=1, way="cash", actor=packer)
    returns.refund(request, amount=80_000, way="cash", actor=packer)
    with pytest.raises(ReturnMoved):
        returns.decide(request, amount=1, actor=officer, note="Lần nữa")


@pytest.mark.parametrize("amount", [0, -1, 380_001])
def test_the_office_decides_no_more_than_was_paid_and_says_why(seller_order, officer, amount):
    request = ask(seller_order, 1)
    with pytest.raises(RefundTooLarge):
        returns.decide(request, amount=amount, actor=officer, note="Vỡ")
    with pytest.raises(Refused, match="say why"):
        returns.decide(request, amount=1, actor=officer, note=" ")
    request.refresh_from_db()
    assert (request.state, request.decided) == (State.ASKED, None)


def test_the_same_goods_are_not_decided_on_twice(seller_order, packer, officer):
    first = ask(seller_order, 3)
    returns.refuse(first, actor=packer, note="Không nhận")
    second = ask(seller_order, 3)
    with pytest.raises(NotReturnable, match="open"):
        returns.decide(first, amount=1, actor=officer, note="Vỡ")
    returns.accept(second, actor=packer)
    returns.refund(second, amount=300_000, way="cash", actor=packer)
    with pytest.raises(NotReturnable, match="another return"):
        returns.decide(first, amount=1, actor=officer, note="Vỡ")


def test_what_was_decided_and_not_done_in_time_is_overdue(seller_order, officer, frozen):
    request = ask(seller_order, 1)
    returns.decide(request, amount=1, actor=officer, note="Vỡ")
    assert not ReturnRequest.objects.overdue().exists()
    frozen.shift(datetime.timedelta(days=30))
    assert ReturnRequest.objects.overdue().get() == request
    assert request.is_overdue


def test_who_has_the_goods_back_pays_within_the_time_of_an_answer(seller_order, packer, frozen):
    request = ask(seller_order, 1)
    returns.accept(request, actor=packer)
    frozen.shift(datetime.timedelta(days=6))
    returns.receive(request, restocked={}, actor=packer)
    # Back on Monday, 30 November 2026; three working days.
    assert (request.answer_by, request.is_overdue) == (datetime.date(2026, 12, 3), False)
    frozen.shift(datetime.timedelta(days=4))
    assert ReturnRequest.objects.overdue().get() == request


def test_receiving_the_goods_does_not_put_off_what_the_office_decided(seller_order, packer, officer, frozen):
    request = ask(seller_order, 1)
    returns.decide(request, amount=80_000, actor=officer, note="Vỡ")
    by = request.answer_by
    frozen.shift(datetime.timedelta(days=30))
    returns.receive(ReturnRequest.objects.get(), restocked={}, actor=packer)
    assert ReturnRequest.objects.overdue().get().answer_by == by


def test_the_office_decides_on_an_order_that_came_back_whole(seller_order, packer, officer):
    request = ask(seller_order, 3, 1)
    returns.accept(request, actor=packer)
    returns.receive(request, restocked={}, actor=packer)
    returns.decide(ReturnRequest.objects.get(), amount=350_000, actor=officer, note="Không hoàn tiền")
    assert ReturnRequest.objects.get().decided == 350_000
