"""The same money told, matched and given back by many at once, on SQLite and on PostgreSQL."""

from collections import Counter

import pytest

from marketplace.payments.domain import transfers
from marketplace.payments.domain.transfers import Noted, TransferMoved
from marketplace.payments.methods import RefundTooLarge, VietQR
from marketplace.payments.models import Payment, Refund, Transfer, TransferStep
from marketplace.sales.domain import unpaid
from marketplace.sales.models import SellerOrder
from producers.models import StockRecord
from tests.concurrency.crowd import at_once
from tests.factories.catalog import make_seller, make_user
from tests.factories.payments import come_in, make_account, make_owed, told
from tests.marketplace.sales.cases import buy, make_product

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]

CROWD = 6


def test_a_transfer_that_many_tell_of_counts_once():
    payment = make_owed(150_000)
    seller, what = payment.transfer_request.seller, told(payment, bank_reference="FT1")

    results = at_once(CROWD, lambda place: transfers.note(seller, what, Transfer.Source.NOTIFICATION))

    assert Counter(type(each) for each in results) == {Noted: CROWD}
    assert sum(each.is_new for each in results) == 1
    payment.refresh_from_db()
    assert (payment.state, payment.received) == ("paid", 150_000)


def test_different_transfers_for_one_payment_all_count():
    payment = make_owed(150_000)
    seller = payment.transfer_request.seller
    each = [told(payment, 50_000, bank_reference=f"FT{number}") for number in range(CROWD)]

    at_once(CROWD, lambda place: transfers.note(seller, each[place], Transfer.Source.NOTIFICATION))

    payment.refresh_from_db()
    assert (payment.received, payment.refund_owed, payment.events.count()) == (300_000, 150_000, CROWD + 1)


def test_one_transfer_is_matched_with_one_payment():
    first, second = (make_owed(150_000, seller=seller) for seller in [make_seller()] * 2)
    actor, transfer = make_user(), come_in(first, content="?")

    def match(place: int):
        own = Transfer.objects.get(pk=transfer.pk)
        return transfers.match(own, (first, second)[place % 2], actor=actor)

    results = at_once(CROWD, match)

    assert Counter(type(each) for each in results) == {TransferStep: 1, TransferMoved: CROWD - 1}
    assert sum(Payment.objects.values_list("received", flat=True)) == 150_000


def test_what_is_owed_back_goes_back_once():
    payment = make_owed(150_000)
    VietQR().cancel(payment, None)
    come_in(payment)

    results = at_once(
        CROWD,
        lambda place: VietQR().refund(
            Payment.objects.get(pk=payment.pk), 150_000, way="transfer", proof="", actor=None
        ),
    )

    assert Counter(type(each) for each in results) == {Refund: 1, RefundTooLarge: CROWD - 1}


def test_money_and_the_end_of_the_time_at_once_leave_an_order_paid_or_money_owed(settings, frozen):
    settings.PAYMENT_METHODS = ["vietqr"]
    seller = make_seller()
    make_account(seller)
    seller_order = buy(make_product(seller), method="vietqr")[0]
    payment = seller_order.payments.get()
    what = told(payment, bank_reference="FT1")
    frozen.shift(25 * 3600)

    def act(place: int):
        if place % 2:
            return unpaid.release_overdue()
        return transfers.note(seller, what, Transfer.Source.NOTIFICATION)

    results = at_once(CROWD, act)

    assert [each for each in results if isinstance(each, Exception)] == []
    payment.refresh_from_db()
    is_released = SellerOrder.objects.get().state == "cancelled"
    assert (payment.received, payment.refund_owed) == (150_000, 150_000 if is_released else 0)
    assert StockRecord.objects.get().num_allocated == (0 if is_released else 1)
