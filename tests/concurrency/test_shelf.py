"""Fifty clerks and two hundred buyers at one shelf at the same moment, on PostgreSQL."""

import datetime
import json
import uuid
from collections import Counter

import pytest

from marketplace.core import clock
from marketplace.core.exceptions import Refused
from producers.domain import closings, counter, devices, reservations, shelf, stocktakes
from producers.domain.acts import By
from producers.domain.closings import ClosedAlready
from producers.domain.counter import Item
from producers.domain.devices import Signed, sign
from producers.models import ActLine, PointAct, Reservation, StockRecord
from tests.concurrency.crowd import at_once
from tests.factories.catalog import make_user
from tests.factories.points import make_point
from tests.factories.shelves import PRICE, batch_of, bring, make_shelf
from tests.producers.ledger import assert_ledger_holds

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True), pytest.mark.postgres]

CLERKS, BUYERS = 50, 200
SOON = datetime.timedelta(days=5)


def kinds(results: list) -> Counter:
    return Counter(type(result) for result in results)


def pieces(record: StockRecord, *act_kinds: str) -> int:
    return sum(
        ActLine.objects.filter(stock_record=record, act__kind__in=act_kinds).values_list(
            "quantity", flat=True
        )
    )


def test_clerks_and_buyers_at_one_shelf_never_sell_a_piece_twice():
    first, second = make_point(operator="HTX"), make_point(operator="HTX")
    record = make_shelf(point=first, quantity=90, expires_on=clock.today() + SOON)
    bring(first, record.product, 30)
    other = make_shelf(point=second, product=record.product, quantity=20)
    batch, back = batch_of(record), batch_of(other)
    sales = [By() for _clerk in range(CLERKS)]

    def clerk(position: int) -> None:
        """Each sale is sent twice at the same moment, by two clerks."""
        item = [Item(record.pk, 1 + position % 3)]
        if position % 10 == 8:
            shelf.transfer(first, second, {batch.pk: 1}, by=By())
        elif position % 10 == 9:
            shelf.transfer(second, first, {back.pk: 1}, by=By())
        else:
            counter.sell(first, [Item(record.pk, 1)], paid_by="cash", by=sales[position // 2])
            counter.sell(first, item, paid_by="cash", by=By())

    def buyer(position: int) -> None:
        held = reservations.reserve(first, f"o-{position}", [(record.pk, 1, PRICE)])
        if position % 4 == 0:
            reservations.release(held)
        elif position % 4 == 1:
            reservations.collect(held, by=By(), amount=PRICE, paid_by="cash")

    def act(position: int) -> None:
        return clerk(position // 5) if position % 5 == 0 else buyer(position)

    results = at_once(CLERKS + BUYERS, act)

    assert not [
        result for result in results if isinstance(result, Exception) and not isinstance(result, Refused)
    ]
    assert_ledger_holds(record)
    assert_ledger_holds(other)
    record.refresh_from_db()
    moved = pieces_moved(record)
    assert record.num_in_stock == 120 + moved - pieces(record, "sale", "pickup")
    held = Reservation.objects.filter(state="held").count()
    assert record.num_allocated == held
    assert PointAct.objects.filter(client_id__in=[by.client_id for by in sales]).count() <= len(sales)


def pieces_moved(record: StockRecord) -> int:
    return sum(record.movements.filter(kind="moved").values_list("quantity", flat=True))


def test_the_last_ten_go_to_ten():
    record = make_shelf(quantity=10)
    point = record.partner.point

    def act(position: int):
        if position % 5:
            return reservations.reserve(point, f"o-{position}", [(record.pk, 1, PRICE)])
        return counter.sell(point, [Item(record.pk, 1)], paid_by="cash", by=By())

    results = at_once(CLERKS + BUYERS, act)

    assert sum(not isinstance(result, Exception) for result in results) == 10
    assert_ledger_holds(record)
    record.refresh_from_db()
    assert record.num_in_stock == record.num_allocated == Reservation.objects.count()


def test_one_entry_one_queue_one_closing_one_stocktake_however_often_they_come():
    record = make_shelf(quantity=50)
    point, person = record.partner.point, make_user()
    device, secret = devices.add(point, "Điện thoại", actor=person)
    queue = []
    for number in range(1, 6):
        line = {"record": record.pk, "quantity": 1, "price": PRICE}
        text = json.dumps(
            {
                "client_id": str(uuid.uuid4()),
                "sequence": number,
                "kind": "sale",
                "happened_at": clock.now().isoformat(),
                "body": {"lines": [line], "paid_by": "cash"},
            }
        )
        queue.append(Signed(text, sign(secret, text)))

    sent = at_once(12, lambda _position: devices.apply_entries(device, queue, actor=person))

    assert {tuple(entry.state for entry in entries) for entries in sent} == {("done",) * 5}
    assert PointAct.objects.filter(kind="sale").count() == 5
    closed = at_once(8, lambda _position: closings.close(point, clock.today(), counted=5 * PRICE))
    assert sum(not isinstance(result, ClosedAlready) for result in closed) == 1
    assert point.closings.get().difference == 0
    begun = at_once(8, lambda _position: stocktakes.begin(point))
    assert sum(not isinstance(result, Refused) for result in begun) == 1
    assert_ledger_holds(record)
