"""Money and acts of one seller order at once: both post, and neither waits for the other for ever."""

import pytest

from marketplace.core.exceptions import Refused
from marketplace.payments.domain import transfers
from marketplace.payments.methods import VietQR
from marketplace.payments.models import Payment, Transfer
from marketplace.sales.domain import fulfil, ledger, reduce
from marketplace.sales.models import LedgerTransaction, SellerOrder
from tests.concurrency.crowd import at_once
from tests.factories.catalog import make_seller
from tests.factories.payments import make_account, told
from tests.marketplace.sales.cases import buy, make_product

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]

CROWD = 8


def test_whatever_happens_at_once_the_book_sums_to_the_order():
    seller = make_seller()
    make_account(seller)
    order = buy((make_product(seller), 3), method="vietqr")[0]
    payment, line = order.payments.get(), order.lines.get()
    money = [told(payment, 150_000, bank_reference=f"FT{number}") for number in range(CROWD)]

    def act(place: int):
        fresh = SellerOrder.objects.get(pk=order.pk)
        if place == 1:
            return fulfil.cancel(fresh, actor=None, note="Hết hàng")
        if place == 3:
            return reduce.cancel_lines(
                fresh, {line.pk: 1}, seen_total=order.total, actor=None, note="Thiếu hàng"
            )
        if place == 5:
            own = Payment.objects.get(pk=payment.pk)
            return VietQR().refund(own, 20_000, way="cash", proof="", actor=None)
        return transfers.note(seller, money[place], Transfer.Source.NOTIFICATION)

    results = at_once(CROWD, act)

    assert [each for each in results if isinstance(each, Exception) and not isinstance(each, Refused)] == []
    assert list(ledger.differences(SellerOrder.objects.all())) == []
    assert ledger.unbalanced() == []


def test_an_order_is_brought_in_once():
    seller = make_seller()
    order = buy(make_product(seller))[0]
    Payment.objects.filter(reference=order.number).update(received=150_000)

    results = at_once(CROWD, lambda place: ledger.bring_in(SellerOrder.objects.all()))

    assert sum(results) == 1
    assert LedgerTransaction.objects.filter(cause="brought_in").count() == 1
