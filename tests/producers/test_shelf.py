"""The shelf of a point: receiving, sending back, spoiling, moving; what is refused; codes."""

import datetime

import pytest
from django.utils.translation import override

from catalog.domain.certify import withdraw
from marketplace.core import clock
from marketplace.core.exceptions import Refused
from producers.domain import shelf, stock
from producers.domain.acts import By, OtherAct
from producers.domain.shelf import Arrival, NotReceived, WrongCode
from producers.domain.stock import CountTooLow, NotEnoughStock
from producers.models import Batch, PointAct, StockMovement, StockRecord
from tests.factories.catalog import make_product, make_seller
from tests.factories.points import make_point
from tests.factories.shelves import PRICE, UNIT_COST, batch_of, bring, make_shelf
from tests.producers.ledger import assert_ledger_holds

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

TODAY = datetime.date(2026, 11, 24)
DAY = datetime.timedelta(days=1)
TOMORROW = TODAY + DAY
EAN, OTHER_EAN = "8934563138165", "8938505974194"


@pytest.fixture(autouse=True)
def _in_english_on_that_day(frozen):
    with override("en"):
        yield


def in_stock(record: StockRecord) -> int:
    record.refresh_from_db()
    return record.num_in_stock


def test_goods_received_make_a_batch_a_movement_and_a_place_on_the_shelf():
    point, product = make_point(), make_product()
    arrival = Arrival(product, 10, unit_cost=UNIT_COST, price=PRICE, expires_on=TOMORROW, lot="L1")

    act = shelf.receive(point, [arrival], by=By(), paper="PGH 12")

    record = StockRecord.objects.get(partner=point.seller)
    batch = record.batches.get()
    assert (record.num_in_stock, record.price, batch.quantity_left) == (10, PRICE, 10)
    assert (batch.producer, batch.unit_cost, batch.expires_on) == (product.producer, UNIT_COST, TOMORROW)
    movement = record.movements.get()
    assert (movement.kind, movement.quantity, movement.batch, movement.act) == ("received", 10, batch, act)
    assert movement.reference == act.number
    assert act.producer == product.producer
    assert product.stock_record.num_in_stock == 10, "the producer's own stock is another one"
    assert_ledger_holds(record)


def test_the_same_number_receives_once():
    point, product, by = make_point(), make_product(), By()

    acts = {shelf.receive(point, [Arrival(product, 4, unit_cost=1)], by=by).pk for _time in range(2)}

    assert len(acts) == 1
    assert StockRecord.objects.get(partner=point.seller).num_in_stock == 4
    with pytest.raises(OtherAct):
        shelf.receive(make_point(), [Arrival(product, 4, unit_cost=1)], by=by)


def test_a_delivery_note_is_received_once():
    record = make_shelf(paper="PGH 12", quantity=3)

    with pytest.raises(NotReceived, match="received already"):
        bring(record.partner.point, record.product, 3, paper=" PGH 12 ")

    assert in_stock(record) == 3
    assert bring(make_point(), record.product, 3, paper="PGH 12").paper == "PGH 12"


def test_a_withdrawn_product_is_not_received():
    point, product = make_point(), make_product()
    withdraw(product.certification, on=TODAY, decision="QĐ 1", reason="Ngừng sản xuất")

    with pytest.raises(NotReceived, match="withdrawn"):
        bring(point, type(product).objects.get(pk=product.pk), 1)

    assert not StockMovement.objects.filter(stock_record__partner=point.seller).exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"quantity": 0}, "number"),
        ({"quantity": 1_000_000}, "number"),
        ({"expires_on": TODAY - datetime.timedelta(days=1)}, "expired"),
        ({"unit_cost": None}, "on consignment"),
    ],
)
def test_what_cannot_be_right_is_not_received(changes, words):
    product = make_product()
    fields = {"quantity": 1, "unit_cost": UNIT_COST, **changes}

    with pytest.raises(NotReceived, match=words):
        shelf.receive(make_point(), [Arrival(product, **fields)], by=By())


def test_a_barcode_of_another_product_is_refused_and_a_new_one_is_learnt():
    point = make_point()
    known, other = make_product(upc=EAN), make_product()

    with pytest.raises(WrongCode, match=known.title):
        bring(point, other, 1, barcode=EAN)
    bring(point, other, 1, barcode=OTHER_EAN)
    with pytest.raises(WrongCode, match=other.title):
        bring(point, make_product(), 1, barcode=OTHER_EAN)
    with pytest.raises(WrongCode, match="another barcode"):
        bring(point, known, 1, barcode="96385074")
    with pytest.raises(WrongCode, match="digit"):
        bring(point, known, 1, barcode="8934563138166")

    assert shelf.find(point, OTHER_EAN).record.product == other


def test_codes_lead_to_products():
    point, product = make_point(), make_product(upc=EAN)

    assert shelf.find(point, EAN).product == product
    assert shelf.find(point, EAN).record is None
    record = make_shelf(point=point, product=product)
    assert shelf.find(point, f"https://vidu.vn/san-pham/{product.slug}_{product.pk}/").record == record
    assert shelf.find(point, f"https://vidu.vn/chung-nhan/{product.certification.code}/").record == record
    for code in ("", OTHER_EAN, "/san-pham/x_999999/", "no code"):
        assert shelf.find(point, code) is None


def test_goods_sent_back_and_spoiled_leave_their_batch():
    record = make_shelf(quantity=10)
    point, batch = record.partner.point, batch_of(record)

    shelf.send_back(point, {batch.pk: 4}, by=By(), paper="PTH 3")
    shelf.spoil(point, {batch.pk: 1}, by=By(), note="Vỡ hộp")

    assert in_stock(record) == 5
    assert list(record.movements.values_list("kind", "quantity")) == [
        ("received", 10),
        ("sent back", -4),
        ("spoiled", -1),
    ]
    assert_ledger_holds(record)
    with pytest.raises(NotEnoughStock):
        shelf.spoil(point, {batch.pk: 6}, by=By(), note="Vỡ hộp")
    with pytest.raises(Refused, match="why"):
        shelf.spoil(point, {batch.pk: 1}, by=By(), note=" ")
    assert in_stock(record) == 5


def test_what_buyers_have_reserved_cannot_be_thrown_away():
    record = make_shelf(quantity=5)
    stock.take({record.pk: 3}, reference="x")

    with pytest.raises(CountTooLow):
        shelf.spoil(record.partner.point, {batch_of(record).pk: 3}, by=By(), note="Vỡ hộp")

    assert in_stock(record) == 5
    assert_ledger_holds(record)


def test_goods_of_another_shelf_are_not_touched():
    record, other = make_shelf(), make_shelf()

    with pytest.raises(Refused, match="shelf"):
        shelf.spoil(other.partner.point, {batch_of(record).pk: 1}, by=By(), note="Vỡ hộp")


def test_goods_move_between_points_of_one_operator_with_their_dates_and_debts():
    source, target = make_point(operator="HTX Hồng Vân"), make_point(operator="htx hồng vân")
    record = make_shelf(point=source, quantity=6, expires_on=TOMORROW, lot="L7")

    act = shelf.transfer(source, target, {batch_of(record, expires_on=TOMORROW).pk: 4}, by=By())

    arrived = StockRecord.objects.get(partner=target.seller)
    batch = arrived.batches.get()
    assert (in_stock(record), arrived.num_in_stock, arrived.price) == (2, 4, PRICE)
    assert (batch.expires_on, batch.unit_cost, batch.lot, batch.terms) == (
        TOMORROW,
        UNIT_COST,
        "L7",
        Batch.Terms.CONSIGNMENT,
    )
    assert PointAct.objects.get(point=target).answers == act
    assert_ledger_holds(record)
    assert_ledger_holds(arrived)


def test_goods_do_not_move_to_another_operator():
    record = make_shelf(point=make_point(operator="HTX Hồng Vân"))
    for target in (make_point(operator="Siêu thị"), make_point(), record.partner.point):
        with pytest.raises(Refused, match="one operator"):
            shelf.transfer(record.partner.point, target, {batch_of(record).pk: 1}, by=By())


def test_what_has_expired_cannot_be_reserved(frozen):
    record = make_shelf(quantity=3, expires_on=TODAY)
    bring(record.partner.point, record.product, 2)

    frozen.shift(DAY)

    sellable = StockRecord.objects.with_sellable().get(pk=record.pk)
    assert (sellable.num_in_stock, sellable.expired, sellable.sellable) == (5, 3, 2)
    with pytest.raises(NotEnoughStock) as refusal:
        stock.take({record.pk: 3}, reference="x")
    assert refusal.value.shortages[0].available == 2
    stock.take({record.pk: 2}, reference="x")
    assert_ledger_holds(record)


def test_a_wrong_clock_is_marked():
    record = make_shelf()
    batch, now = batch_of(record).pk, clock.now()
    for hours, is_wrong in ((-1, False), (-24, True), (24, True)):
        by = By(happened_at=now + datetime.timedelta(hours=hours))
        act = shelf.spoil(record.partner.point, {batch: 1}, by=by, note="Vỡ hộp")
        assert act.is_clock_wrong is is_wrong


def test_a_seller_of_the_catalogue_is_no_point():
    record = make_product(seller=make_seller(), stock=5).stock_record
    stock.correct(record, 3)
    assert not Batch.objects.exists()
