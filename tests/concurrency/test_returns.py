"""Two of a team and one return, on SQLite and on PostgreSQL."""

from collections import Counter

import pytest

from marketplace.payments.methods import RefundTooLarge
from marketplace.payments.models import Payment, Refund
from marketplace.sales.domain import returns
from marketplace.sales.domain.returns import NotReturnable, ReturnMoved
from marketplace.sales.models import Message, ReturnRequest, ReturnStep, Side, Thread
from producers.models import StockRecord
from tests.concurrency.crowd import at_once
from tests.factories.catalog import make_member, make_seller
from tests.factories.contact import deliver, make_message
from tests.marketplace.sales.cases import buy, make_product

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]

CROWD = 6


@pytest.fixture
def seller():
    return make_seller(delivery_charge=0)


@pytest.fixture
def seller_order(seller):
    return deliver(buy((make_product(seller, price=100_000), 2))[0])


def ask(seller_order) -> ReturnRequest:
    return returns.ask(seller_order, reason="faulty", quantities={seller_order.lines.get().pk: 2})


def test_one_accepts_or_refuses_and_the_other_is_told(seller, seller_order):
    packers = [make_member(seller, "packer") for _number in range(CROWD)]
    request = ask(seller_order)

    def answer(place: int):
        own = ReturnRequest.objects.get(pk=request.pk)
        if place % 2:
            return returns.accept(own, actor=packers[place])
        return returns.refuse(own, actor=packers[place], note="Không nhận")

    results = at_once(CROWD, answer)

    assert Counter(type(result) for result in results) == {ReturnStep: 1, ReturnMoved: CROWD - 1}
    assert request.steps.count() == 2


def test_goods_come_back_onto_the_shelf_once(seller, seller_order):
    packer = make_member(seller, "packer")
    request = ask(seller_order)
    returns.accept(request, actor=packer)
    line = request.lines.get()
    before = StockRecord.objects.get().num_in_stock

    results = at_once(
        CROWD,
        lambda place: returns.receive(
            ReturnRequest.objects.get(pk=request.pk), restocked={line.pk: 2}, actor=packer
        ),
    )

    assert Counter(type(result) for result in results) == {ReturnStep: 1, ReturnMoved: CROWD - 1}
    assert StockRecord.objects.get().num_in_stock == before + 2


def test_money_goes_back_once(seller, seller_order):
    packer = make_member(seller, "packer")
    request = ask(seller_order)
    returns.accept(request, actor=packer)

    results = at_once(
        CROWD,
        lambda place: returns.refund(
            ReturnRequest.objects.get(pk=request.pk), amount=150_000, way="cash", actor=packer
        ),
    )

    # Who comes later finds less than is wanted, or the return refunded.
    told = Counter(type(result) for result in results)
    assert told[ReturnStep] == 1
    assert told[ReturnMoved] + told[RefundTooLarge] == CROWD - 1
    assert (Refund.objects.count(), Payment.objects.get().refunded) == (1, 150_000)


def test_a_buyer_who_clicks_many_times_asks_once(seller_order):
    results = at_once(CROWD, lambda place: ask(seller_order))

    assert Counter(type(result) for result in results) == {ReturnRequest: 1, NotReturnable: CROWD - 1}


def test_first_messages_at_once_make_one_thread(seller_order):
    at_once(CROWD, lambda place: make_message(seller_order, f"Tin {place}", Side.BUYER))

    assert (Message.objects.count(), Thread.objects.get().unread_by_seller) == (CROWD, CROWD)
