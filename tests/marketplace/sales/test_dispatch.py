"""Carrier and number of a parcel, and handing many over: each once, each refusal told."""

import pytest

from marketplace.core.models import Activity
from marketplace.sales.domain import dispatch, fulfil
from marketplace.sales.domain.dispatch import HandedOver, NothingHandedOver, NotTrackable
from marketplace.sales.models import Handover, Parcel, SellerOrder
from tests.factories.catalog import make_seller, make_user
from tests.marketplace.sales.cases import buy, make_product

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def product():
    return make_product(make_seller(), in_stock=50)


def order_in(product, *steps) -> SellerOrder:
    [seller_order] = buy(product)
    for step in steps:
        fulfil.ACTS[step](seller_order, actor=None)
    return seller_order


def track(seller_order, carrier="ghn", number="A1"):
    return dispatch.track(seller_order, carrier_code=carrier, tracking_number=number, actor=None)


def test_carrier_and_number_can_be_corrected_and_each_change_is_on_record(product):
    seller_order = order_in(product, "confirmed")

    track(seller_order)
    track(seller_order)
    track(seller_order, "ghtk", "B2")

    parcel = Parcel.objects.get()
    assert (parcel.carrier_code, parcel.tracking_number) == ("ghtk", "B2")
    log = Activity.objects.filter(act="seller_order.tracked").order_by("pk")
    assert [line.details for line in log] == [
        {"before": "", "after": "ghn A1"},
        {"before": "ghn A1", "after": "ghtk B2"},
    ]


@pytest.mark.parametrize("steps", [[], ["cancelled"], ["confirmed", "packed", "shipped", "delivered"]])
def test_what_is_not_on_its_way_has_no_carrier(product, steps):
    with pytest.raises(NotTrackable):
        track(order_in(product, *steps))


def test_what_is_picked_up_has_no_carrier(product):
    seller_order = order_in(product, "confirmed")
    SellerOrder.objects.update(delivery_way="pickup")

    with pytest.raises(NotTrackable):
        track(seller_order)


def test_a_handover_ships_what_is_packed_and_tells_the_rest(product):
    person = make_user()
    packed, waiting = order_in(product, "confirmed", "packed"), order_in(product)

    handing = dispatch.hand_over(packed.seller, "ghn", [packed, waiting], actor=person)

    assert handing.shipped == [packed]
    assert [str(each.seller_order) for each in handing.refused] == [waiting.number]
    assert Parcel.objects.get().handover == handing.handover == Handover.objects.get(actor=person)
    assert SellerOrder.objects.get(pk=waiting.pk).state == "pending"


def test_nothing_to_hand_over_leaves_no_handover(product):
    with pytest.raises(NothingHandedOver):
        dispatch.hand_over(product.producer, "ghn", [order_in(product)], actor=None)

    assert not Handover.objects.exists()
    assert not Parcel.objects.exists()


def test_after_the_handover_the_number_can_change_and_the_carrier_cannot(product):
    seller_order = order_in(product, "confirmed", "packed")
    dispatch.hand_over(seller_order.seller, "ghn", [seller_order], actor=None)

    track(seller_order, "ghn", "A9")
    with pytest.raises(HandedOver):
        track(seller_order, "ghtk", "A9")

    assert Parcel.objects.get().tracking_number == "A9"
