"""The counter of a point: sales, returns, reservations, the daily closing, what is owed to producers."""

import datetime

import pytest
from django.utils.translation import override

from catalog.domain.certify import withdraw
from catalog.models import Product
from marketplace.core import clock
from marketplace.core.exceptions import Refused
from producers.domain import closings, consignment, counter, reservations, shelf, stock
from producers.domain.acts import By, OtherAct
from producers.domain.closings import ClosedAlready, Due
from producers.domain.consignment import OwedLess
from producers.domain.counter import Item, NotSold
from producers.domain.reservations import ReservationOver
from producers.domain.stock import NotEnoughStock, Shelf
from producers.housekeeping import release_overdue_reservations
from producers.models import PointAct, StockRecord
from producers.signals import reservation_ended
from tests.factories.catalog import make_product
from tests.factories.points import make_point
from tests.factories.shelves import PRICE, UNIT_COST, batch_of, bring, make_shelf
from tests.producers.ledger import assert_ledger_holds

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

TODAY = datetime.date(2026, 11, 24)
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def _in_english_on_that_day(frozen):
    with override("en"):
        yield


def sell(record: StockRecord, quantity: int, *, paid_by: str = "cash", **fields) -> PointAct:
    point = record.partner.point
    return counter.sell(point, [Item(record.pk, quantity, **fields)], paid_by=paid_by, by=By())


def reserve(record: StockRecord, quantity: int):
    return reservations.reserve(record.partner.point, f"o-{record.pk}", [(record.pk, quantity, PRICE)])


def shelf_of(record: StockRecord) -> Shelf:
    record.refresh_from_db()
    return Shelf(record.num_in_stock, record.num_allocated)


def left(record: StockRecord) -> list[int]:
    return [batch.quantity_left for batch in record.batches.order_by("pk")]


def test_a_sale_takes_what_expires_first_and_makes_a_receipt():
    record = make_shelf(quantity=3)
    point, product = record.partner.point, record.product
    bring(point, product, 4, expires_on=TODAY + 9 * DAY)
    bring(point, product, 2, expires_on=TODAY + DAY)

    act = sell(record, 5, paid_by="vietqr")

    assert left(record) == [3, 1, 0]
    line = act.lines.get()
    assert (line.title, line.quantity, line.unit_price, line.total) == (product.title, 5, PRICE, 5 * PRICE)
    assert (act.amount, act.paid_by, act.number) == (5 * PRICE, "vietqr", f"261124-{act.pk}")
    assert [each.quantity for each in act.movements.all()] == [-2, -3]
    assert_ledger_holds(record)


def test_expired_goods_are_not_sold(frozen):
    record = make_shelf(quantity=3, expires_on=TODAY)
    bring(record.partner.point, record.product, 1, expires_on=TODAY + DAY)
    frozen.shift(DAY)

    with pytest.raises(NotEnoughStock) as refusal:
        sell(record, 2)
    assert refusal.value.shortages[0].available == 1
    sell(record, 1)

    assert left(record) == [3, 0]
    assert not record.act_lines.exclude(quantity=1).exists(), "a refused sale leaves nothing"


def test_what_is_reserved_is_not_sold():
    record = make_shelf(quantity=3)
    reserve(record, 2)

    with pytest.raises(NotEnoughStock):
        sell(record, 2)
    sell(record, 1)

    assert shelf_of(record) == Shelf(2, 2)
    assert_ledger_holds(record)


def test_a_sale_costs_what_the_record_says_or_what_the_device_had():
    record = make_shelf()
    assert sell(record, 2).amount == 2 * PRICE
    assert sell(record, 2, unit_price=40_000).amount == 80_000
    StockRecord.objects.filter(pk=record.pk).update(price=None)
    with pytest.raises(NotSold, match="no price"):
        sell(record, 1)


def test_one_number_sells_once():
    record, by = make_shelf(quantity=5), By()
    point = record.partner.point

    acts = {counter.sell(point, [Item(record.pk, 2)], paid_by="cash", by=by).pk for _time in range(3)}

    assert len(acts) == 1
    assert shelf_of(record) == Shelf(3, 0)


@pytest.mark.parametrize(
    ("quantity", "fields"), [(3, {}), (2, {"paid_by": "vietqr"}), (2, {"unit_price": PRICE - 1})]
)
def test_another_sale_under_the_same_number_is_refused(quantity, fields):
    record, by = make_shelf(quantity=5), By()
    point = record.partner.point
    first = counter.sell(point, [Item(record.pk, 2)], paid_by="cash", by=by)

    item = Item(record.pk, quantity, fields.get("unit_price"))
    with pytest.raises(OtherAct, match=first.number):
        counter.sell(point, [item], paid_by=fields.get("paid_by", "cash"), by=by)

    assert shelf_of(record) == Shelf(3, 0)


def test_acts_that_are_older_than_digests_are_known_by_their_number_alone():
    record, by = make_shelf(quantity=5), By()
    point = record.partner.point
    first = counter.sell(point, [Item(record.pk, 2)], paid_by="cash", by=by)
    PointAct.objects.filter(pk=first.pk).update(digest="")
    assert counter.sell(point, [Item(record.pk, 3)], paid_by="cash", by=by) == first


def test_a_withdrawn_product_is_not_sold():
    record = make_shelf()
    withdraw(record.product.certification, on=TODAY, decision="QĐ 1", reason="Ngừng sản xuất")
    with pytest.raises(NotSold, match="withdrawn"):
        sell(record, 1)
    assert_ledger_holds(record)


@pytest.mark.parametrize("quantity", [0, -1, 100_001])
def test_numbers_that_cannot_be_right_are_not_sold(quantity):
    with pytest.raises(NotSold):
        sell(make_shelf(), quantity)


def test_a_counter_sells_what_lies_on_its_own_shelf():
    record, other = make_shelf(), make_shelf()
    for items in ([Item(other.pk, 1)], [], [Item(record.pk, 1), Item(record.pk, 1, 9)]):
        with pytest.raises(NotSold):
            counter.sell(record.partner.point, items, paid_by="cash", by=By())
    with pytest.raises(NotSold, match="paid"):
        counter.sell(record.partner.point, [Item(record.pk, 1)], paid_by="gold", by=By())


def test_a_buyer_brings_goods_back_to_the_batch_they_came_from_and_no_more():
    record = make_shelf(quantity=2, expires_on=TODAY + DAY)
    bring(record.partner.point, record.product, 5)
    sale = sell(record, 4)

    act = counter.take_back(sale, {record.pk: 3}, paid_by="cash", by=By())

    assert left(record) == [1, 5]
    assert (act.amount, act.answers) == (-3 * PRICE, sale)
    assert_ledger_holds(record)
    with pytest.raises(NotSold, match="More"):
        counter.take_back(sale, {record.pk: 2}, paid_by="cash", by=By())
    counter.take_back(sale, {record.pk: 1}, paid_by="cash", by=By())
    assert left(record) == [2, 5]
    assert_ledger_holds(record)


# --- reservations
def test_a_reservation_is_collected_with_its_code():
    record = make_shelf(quantity=5)
    reservation = reserve(record, 2)
    assert len(reservation.code) == 10
    assert reservations.by_code(record.partner.point, f" {reservation.code.lower()} ") == reservation
    assert reservations.by_code(make_point(), reservation.code) is None
    heard = []

    def hear(sender, reservation, actor, **kwargs):
        heard.append(reservation.state)

    reservation_ended.connect(hear)
    act = reservations.collect(reservation, by=By(), amount=2 * PRICE, paid_by="cash")
    reservation_ended.disconnect(hear)

    assert heard == ["collected"]
    assert shelf_of(record) == Shelf(3, 0)
    assert (act.kind, act.amount, act.paper) == ("pickup", 2 * PRICE, reservation.reference)
    assert_ledger_holds(record)
    with pytest.raises(ReservationOver):
        reservations.collect(reservation, by=By())
    with pytest.raises(ReservationOver):
        reservations.release(reservation)


def test_a_reservation_is_released_an_hour_after_its_48_hours(frozen):
    record = make_shelf(quantity=5)
    reservation = reserve(record, 2)
    frozen.shift(48.9 * 3600)
    assert release_overdue_reservations.func() == 0
    assert shelf_of(record) == Shelf(5, 2)

    frozen.shift(600)
    assert [release_overdue_reservations.func() for _time in range(2)] == [1, 0]

    assert shelf_of(record) == Shelf(5, 0)
    reservation.refresh_from_db()
    assert reservation.state == "released"
    assert_ledger_holds(record)


def end_of(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(23, 59, 59), tzinfo=clock.HA_NOI)


def test_goods_are_kept_for_48_hours_where_they_and_the_point_last_so_long():
    record = make_shelf(quantity=5)
    bring(record.partner.point, record.product, 5, expires_on=TODAY)
    reservation = reserve(record, 5)
    assert reservation.held_until == clock.now() + 2 * DAY


def test_goods_are_kept_as_long_as_all_that_is_reserved_can_be_handed_over():
    record = make_shelf(quantity=3, expires_on=TODAY)
    point = record.partner.point
    bring(point, record.product, 2, expires_on=TODAY + DAY)
    made = [
        reservations.reserve(point, f"o-{number}", [(record.pk, number, PRICE)]).held_until
        for number in (2, 1)
    ]
    assert made == [end_of(TODAY + DAY), end_of(TODAY)]


def test_a_booth_keeps_goods_until_its_last_day():
    record = make_shelf(point=make_point(last_day=TODAY + DAY), expires_on=TODAY + 9 * DAY)
    assert reserve(record, 2).held_until == end_of(TODAY + DAY)


def test_goods_are_handed_over_until_the_end_of_the_time(frozen):
    record = make_shelf(quantity=5, expires_on=TODAY)
    reservation = reserve(record, 2)
    frozen.move_to(reservation.held_until)
    reservations.collect(reservation, by=By())
    assert shelf_of(record) == Shelf(3, 0)


def test_a_part_of_a_reservation_is_given_back():
    record = make_shelf(quantity=5)
    reservation = reserve(record, 3)
    reservations.reduce(reservation, {record.pk: 2})
    assert shelf_of(record) == Shelf(5, 1)
    with pytest.raises(stock.NotAllocated):
        reservations.reduce(reservation, {record.pk: 2})
    reservations.collect(reservation, by=By())
    assert shelf_of(record) == Shelf(4, 0)
    assert_ledger_holds(record)


def test_what_has_expired_since_is_not_handed_over(frozen):
    record = make_shelf(quantity=5, expires_on=TODAY)
    reservation = reserve(record, 3)
    frozen.shift(DAY)

    with pytest.raises(NotEnoughStock):
        reservations.collect(reservation, by=By())

    reservation.refresh_from_db()
    assert reservation.state == "held"
    assert shelf_of(record) == Shelf(5, 3)
    assert_ledger_holds(record)


def test_what_an_order_gives_back_later_returns_to_its_batch():
    record = make_shelf(quantity=2, expires_on=TODAY + DAY)
    bring(record.partner.point, record.product, 5)
    reservation = reserve(record, 3)
    reservations.collect(reservation, by=By())
    assert left(record) == [0, 4]

    stock.receive_many({record.pk: 3}, reference=reservation.reference)

    assert left(record) == [2, 5]
    assert record.movements.last().kind == "returned"
    assert_ledger_holds(record)


# --- closing the day
def test_a_closing_sums_up_the_till_by_kind_of_payment():
    record = make_shelf()
    point = record.partner.point
    sale = sell(record, 2)
    sell(record, 1, paid_by="vietqr")
    counter.take_back(sale, {record.pk: 1}, paid_by="cash", by=By())
    assert closings.due(point) == Due(sales=2, cash=PRICE, vietqr=PRICE)

    closing = closings.close(point, TODAY, counted=PRICE - 1_000)

    assert (closing.sales, closing.cash, closing.vietqr, closing.difference) == (2, PRICE, PRICE, -1_000)
    assert closings.due(point) == Due(0, 0, 0)


def test_a_day_is_closed_once_and_what_comes_late_goes_to_the_next(frozen):
    record = make_shelf()
    point = record.partner.point
    sell(record, 1)
    closings.close(point, TODAY, counted=PRICE)
    frozen.shift(DAY)

    late = By(happened_at=datetime.datetime(2026, 11, 24, 8, tzinfo=datetime.UTC))
    counter.sell(point, [Item(record.pk, 3)], paid_by="cash", by=late)

    with pytest.raises(ClosedAlready):
        closings.close(point, TODAY, counted=0)
    assert closings.close(point, TODAY + DAY, counted=0).cash == 3 * PRICE
    with pytest.raises(Refused):
        closings.close(point, TODAY + 2 * DAY, counted=0)


# --- consignment
def test_a_producer_is_owed_what_was_sold_and_not_brought_back_or_paid():
    record = make_shelf(quantity=10)
    point, producer = record.partner.point, record.product.producer
    sale = sell(record, 4)
    counter.take_back(sale, {record.pk: 1}, paid_by="cash", by=By())
    reservations.collect(reserve(record, 2), by=By())
    shelf.spoil(point, {batch_of(record).pk: 1}, by=By(), note="Vỡ hộp")

    [debt] = consignment.debts(point)
    assert (debt.producer, debt.pieces, debt.owed) == (producer, 5, 5 * UNIT_COST)
    consignment.settle(point, producer, 2 * UNIT_COST, paid_by="cash", by=By(), paper="PC 1")

    assert consignment.owed(point, producer) == consignment.debts(point)[0].owed == 3 * UNIT_COST
    with pytest.raises(OwedLess) as refusal:
        consignment.settle(point, producer, 3 * UNIT_COST + 1, paid_by="vietqr", by=By())
    assert refusal.value.owed == 3 * UNIT_COST
    consignment.settle(point, producer, 3 * UNIT_COST, paid_by="vietqr", by=By())
    assert closings.due(point) == Due(sales=1, cash=3 * PRICE - 2 * UNIT_COST, vietqr=0)


def test_goods_bought_outright_are_owed_to_nobody():
    record = make_shelf(terms="bought", unit_cost=None)
    sell(record, 4)
    assert consignment.debts(record.partner.point) == []


def test_goods_moved_from_another_point_are_owed_by_who_sells_them():
    source, target = make_point(operator="HTX"), make_point(operator="HTX")
    record = make_shelf(point=source)
    shelf.transfer(source, target, {batch_of(record).pk: 4}, by=By())
    moved = StockRecord.objects.select_related("partner__point").get(partner=target.seller)

    sell(moved, 3)

    assert consignment.debts(source) == []
    assert consignment.owed(target, record.product.producer) == 3 * UNIT_COST


def test_the_stock_of_the_point_is_not_sold_online_as_the_producers():
    record = make_shelf(quantity=50, product=make_product(stock=2))
    product = Product.objects.for_cards().get(pk=record.product_id)
    assert (product.available, product.price) == (2, 50_000)
    assert [each.partner_id for each in product.stockrecords.all()] == [product.producer_id]
