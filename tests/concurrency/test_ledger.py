"""Money and acts of one seller order at once: both post, and neither waits for the other for ever."""

import pytest

from marketplace.core import clock
from marketplace.core.exceptions import Refused
from marketplace.payments.domain import transfers
from marketplace.payments.methods import CashOnDelivery, VietQR
from marketplace.payments.models import Payment, Transfer
from marketplace.sales.domain import fulfil, ledger, payouts, reduce
from marketplace.sales.models import CarrierPayout, LedgerTransaction, Parcel, SellerOrder
from tests.concurrency.crowd import at_once
from tests.factories.catalog import make_seller, make_user
from tests.factories.payments import make_account, make_read_file, told
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


def test_what_a_carrier_hands_over_is_posted_once_whoever_notes_it():
    seller, actor = make_seller(), make_user()
    order = buy(make_product(seller))[0]
    for act in (fulfil.confirm, fulfil.pack, fulfil.ship, fulfil.deliver):
        act(order, actor=None)
    Parcel.objects.create(seller_order=order, carrier_code="ghn", tracking_number="G1")
    lists = [make_read_file(seller, kind="carrier", name=f"cod-{place}.csv") for place in range(CROWD)]
    line = {"tracking_number": "G1", "amount": str(order.total)}

    def note(place: int):
        if place % 2:
            return payouts.write_list(lists[place], [line])
        own = SellerOrder.objects.get(pk=order.pk)
        return payouts.note_by_hand(own, paid_on=clock.today(), actor=actor)

    results = at_once(CROWD, note)

    assert [each for each in results if isinstance(each, Exception) and not isinstance(each, Refused)] == []
    noted = CarrierPayout.objects.all()
    assert noted.filter(state="settled").count() == 1
    posted = LedgerTransaction.objects.filter(cause="payout")
    assert sorted(posted.values_list("cause_key", flat=True)) == sorted(f"payout:{each.pk}" for each in noted)
    assert list(ledger.differences(SellerOrder.objects.all())) == []


def test_a_payout_is_cleared_and_refunded_beside_at_once():
    seller, actor = make_seller(), make_user()
    order = buy(make_product(seller))[0]
    for act in (fulfil.confirm, fulfil.pack, fulfil.ship, fulfil.deliver):
        act(order, actor=None)
    Parcel.objects.create(seller_order=order, carrier_code="ghn", tracking_number="G1")
    file = make_read_file(seller, kind="carrier")
    payouts.write_list(file, [{"tracking_number": "G1", "amount": "100000"}])
    payout, payment = CarrierPayout.objects.get(), order.payments.get()

    def act(place: int):
        if place % 2:
            own = Payment.objects.get(pk=payment.pk)
            return CashOnDelivery().refund(own, 10_000, way="other", proof="", actor=None)
        return payouts.clear(CarrierPayout.objects.get(pk=payout.pk), actor=actor, note="Phí thu hộ")

    results = at_once(CROWD, act)

    assert sum(result is None for result in results) == 1
    assert [each for each in results if isinstance(each, Exception) and not isinstance(each, Refused)] == []
    assert LedgerTransaction.objects.filter(cause_key=f"payout:{payout.pk}:cleared").count() == 1
    assert list(ledger.differences(SellerOrder.objects.all())) == []
