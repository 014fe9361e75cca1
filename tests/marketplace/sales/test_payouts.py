"""Carriers' money: lists and the seller's hand; what differs waits for a person."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from marketplace.payments.domain import money_files
from marketplace.sales.domain import fulfil, payouts
from marketplace.sales.domain.payouts import AlreadyPaidOut, NothingCollected, NotToClear
from marketplace.sales.models import CarrierPayout, Parcel
from marketplace.sales.tasks import read_carrier_list
from tests.factories.catalog import make_seller, make_user
from tests.marketplace.sales.cases import buy, make_product

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

HEADS = {"tracking_number": "Mã vận đơn", "amount": "Tiền thu hộ", "paid_on": ""}
TOTAL = 150_000


@pytest.fixture(autouse=True)
def private_folder(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path


@pytest.fixture
def seller():
    return make_seller()


@pytest.fixture
def product(seller):
    return make_product(seller, in_stock=20)


@pytest.fixture
def shipped(product):
    """A parcel on its way with its number."""

    def send(number: str):
        seller_order = buy(product)[0]
        for act in (fulfil.confirm, fulfil.pack, fulfil.ship):
            act(seller_order, actor=None)
        Parcel.objects.create(seller_order=seller_order, carrier_code="ghn", tracking_number=number)
        return seller_order

    return send


def read(seller, *lines: str):
    content = "\n".join(("Mã vận đơn,Tiền thu hộ,Ngày", *lines)).encode()
    file = money_files.keep(seller, "carrier", SimpleUploadedFile("cod.csv", content), actor=make_user())
    money_files.begin(file, HEADS)
    read_carrier_list.func(file.pk)
    file.refresh_from_db()
    return file


def states() -> list[tuple]:
    return list(CarrierPayout.objects.order_by("tracking_number").values_list("tracking_number", "state"))


def test_a_list_settles_and_delivers_and_what_differs_waits(seller, shipped):
    first, second, third = shipped("G1"), shipped("G2"), shipped("G3")
    fulfil.deliver(second, actor=None)
    file = read(seller, "g1,150.000,", "G2,150000,", "G3,100.000,", "G9,150.000,", "Cộng,550.000,")
    assert (file.lines, file.new, file.matched, file.left_out) == (5, 4, 2, 1)
    assert states() == [("G2", "settled"), ("G3", "differs"), ("G9", "unknown"), ("g1", "settled")]
    for order, state, paid in (
        (first, "delivered", TOTAL),
        (second, "delivered", TOTAL),
        (third, "shipped", 0),
    ):
        order.refresh_from_db()
        assert (order.state, order.payments.get().received) == (state, paid)
    assert list(payouts.with_carriers(seller)) == []


def test_the_same_list_again_counts_nothing_and_a_second_payout_differs(seller, shipped):
    shipped("G1")
    read(seller, "G1,150.000,")
    again = read(seller, "G1,150.000,", "G1,1.000,")
    assert (again.new, again.repeated) == (1, 1)
    assert sorted(state for _number, state in states()) == ["differs", "settled"]


def test_another_seller_s_parcel_is_unknown(shipped):
    order = shipped("G1")
    read(make_seller(), "G1,150.000,")
    order.refresh_from_db()
    assert (states(), order.state) == ([("G1", "unknown")], "shipped")


def test_nothing_collected_waits_for_a_person_who_marks_it_refused(seller, shipped):
    order = shipped("G1")
    read(seller, "G1,0,")
    assert states() == [("G1", "differs")]
    fulfil.refuse(order, actor=None)
    payout = CarrierPayout.objects.get()
    payouts.clear(payout, actor=make_user(), note="Khách không nhận")
    with pytest.raises(NotToClear):
        payouts.clear(payout, actor=make_user(), note="Lần nữa")
    assert order.payments.get().state == "cancelled"


def test_the_seller_s_hand_settles_once(seller, shipped, frozen):
    order, actor = shipped("G1"), make_user()
    fulfil.deliver(order, actor=None)
    assert list(payouts.with_carriers(seller)) == [order]
    payout = payouts.note_by_hand(order, paid_on=order.placed_at.date(), actor=actor)
    assert (payout.state, payout.amount, payout.actor) == ("settled", TOTAL, actor)
    with pytest.raises(AlreadyPaidOut):
        payouts.note_by_hand(order, paid_on=order.placed_at.date(), actor=actor)
    assert list(payouts.with_carriers(seller)) == []


def test_what_no_carrier_has_is_not_settled(product):
    order = buy(product)[0]
    with pytest.raises(NothingCollected):
        payouts.note_by_hand(order, paid_on=order.placed_at.date(), actor=make_user())
