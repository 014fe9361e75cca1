"""Two at once: the same payout of a carrier, and the last key of a stall; on SQLite and on PostgreSQL."""

from collections import Counter

import pytest

from marketplace.core import clock
from marketplace.payments.domain import bank_notifications
from marketplace.payments.domain.bank_notifications import MOST_KEYS, TooManyKeys
from marketplace.payments.models import NotificationKey
from marketplace.sales.domain import fulfil, payouts
from marketplace.sales.models import CarrierPayout, Parcel, SellerOrder
from tests.concurrency.crowd import at_once
from tests.factories.catalog import make_seller, make_user
from tests.factories.payments import make_read_file
from tests.marketplace.sales.cases import buy, make_product

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


def test_a_payout_noted_by_hand_and_by_two_lists_at_once_settles_once():
    seller, actor = make_seller(), make_user()
    seller_order = buy(make_product(seller))[0]
    for act in (fulfil.confirm, fulfil.pack, fulfil.ship):
        act(seller_order, actor=None)

    Parcel.objects.create(seller_order=seller_order, carrier_code="ghn", tracking_number="G1")
    lists = [make_read_file(seller, kind="carrier", name=f"cod-{number}.csv") for number in range(2)]
    line = {"tracking_number": "G1", "amount": str(seller_order.total)}

    def note(place: int):
        if place < len(lists):
            return payouts.write_list(lists[place], [line])
        own = SellerOrder.objects.get(pk=seller_order.pk)
        return payouts.note_by_hand(own, paid_on=clock.today(), actor=actor)

    results = at_once(4, note)

    assert not [each for each in results if "deadlock" in str(each).lower()]
    settled = CarrierPayout.objects.filter(state=CarrierPayout.State.SETTLED)
    assert settled.count() == 1
    payment = SellerOrder.objects.get(pk=seller_order.pk).payments.get()
    assert (payment.state, payment.received) == ("paid", seller_order.total)


def test_two_who_make_the_last_key_at_once_make_one():
    seller, actor = make_seller(), make_user()
    for _number in range(MOST_KEYS - 1):
        bank_notifications.make_key(seller, actor=actor)

    results = at_once(4, lambda _place: bank_notifications.make_key(seller, actor=actor))

    assert Counter(type(each) for each in results) == {tuple: 1, TooManyKeys: 3}
    assert NotificationKey.objects.filter(seller=seller).active().count() == MOST_KEYS
