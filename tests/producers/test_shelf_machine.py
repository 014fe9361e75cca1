"""Any interleaving of what happens at two points of one operator: the ledger always holds."""

import contextlib
import datetime
import json
import uuid

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from marketplace.core import clock
from marketplace.core.exceptions import Refused
from producers.domain import counter, devices, reservations, shelf, stock, stocktakes
from producers.domain.acts import By
from producers.domain.counter import Item
from producers.domain.devices import Signed, sign
from producers.models import ActLine, PointAct, StockRecord
from tests.factories.catalog import make_product, make_user
from tests.factories.points import make_point
from tests.factories.shelves import PRICE, bring, make_shelf
from tests.producers.ledger import assert_ledger_holds

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

AT = datetime.datetime(2026, 11, 24, 2, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)

numbers = st.integers(min_value=1, max_value=6)
shelves = st.integers(min_value=0, max_value=1)
some = st.integers(min_value=0)


class Shelves(RuleBasedStateMachine):
    """Two shelves with one product; ``expected`` is what should lie on each by what was allowed to happen."""

    product = None
    person = None

    @initialize()
    def open_two_points(self):
        self.traveller = time_machine.travel(AT, tick=False)
        self.clock = self.traveller.start()
        operator = f"HTX {uuid.uuid4()}"
        points = [make_point(operator=operator) for _number in range(2)]
        self.records = [make_shelf(point=point, product=self.product, quantity=3) for point in points]
        self.expected = [3, 3]
        self.held, self.sales, self.done, self.queue = [], [], [], []
        self.device, self.secret = devices.add(points[0], "Điện thoại", actor=self.person)

    def teardown(self):
        self.traveller.stop()

    def point(self, which):
        return self.records[which].partner.point

    def batch(self, which, pick):
        batches = list(self.records[which].batches.left().order_by("pk"))
        return batches[pick % len(batches)] if batches else None

    def attempt(self, act, *, changes=()):
        """Do an act; where no rule forbids it, it counts, and can be sent again."""
        try:
            with transaction.atomic():
                made = act()
        except Refused:
            return None
        for which, number in changes:
            self.expected[which] += number
        self.done.append(act)
        return made

    @rule(which=shelves, number=numbers, days=st.none() | st.integers(min_value=0, max_value=3))
    def receive(self, which, number, days):
        expires = None if days is None else clock.today() + days * DAY
        bring(self.point(which), self.product, number, expires_on=expires)
        self.expected[which] += number

    @rule(which=shelves, number=numbers)
    def sell(self, which, number):
        by, items = By(), [Item(self.records[which].pk, number)]
        sellable = StockRecord.objects.with_sellable().get(pk=self.records[which].pk).sellable
        sale = self.attempt(
            lambda: counter.sell(self.point(which), items, paid_by="cash", by=by), changes=[(which, -number)]
        )
        assert (sale is not None) == (sellable >= number)
        if sale is not None:
            self.sales.append((which, sale))

    @rule(number=numbers)
    def sell_without_network(self, number):
        text = json.dumps(
            {
                "client_id": str(uuid.uuid4()),
                "sequence": len(self.queue) + 1,
                "kind": "sale",
                "happened_at": clock.now().isoformat(),
                "body": {
                    "lines": [{"record": self.records[0].pk, "quantity": number, "price": PRICE}],
                    "paid_by": "cash",
                },
            }
        )
        self.queue.append(Signed(text, sign(self.secret, text)))
        *_before, entry = devices.apply_entries(self.device, self.queue, actor=self.person)
        if entry.state == "done":
            self.expected[0] -= number
            self.sales.append((0, entry.act))

    @rule(pick=some)
    def send_again(self, pick):
        """What was done before, sent once more, changes nothing."""
        devices.apply_entries(self.device, self.queue, actor=self.person)
        if self.done:
            self.done[pick % len(self.done)]()

    @rule(pick=some, number=numbers)
    def take_back(self, pick, number):
        if self.sales:
            which, sale = self.sales[pick % len(self.sales)]
            by, goods = By(), {self.records[which].pk: number}
            self.attempt(
                lambda: counter.take_back(sale, goods, paid_by="cash", by=by), changes=[(which, number)]
            )

    @rule(which=shelves, number=numbers)
    def reserve(self, which, number):
        lines = [(self.records[which].pk, number, PRICE)]
        try:
            with transaction.atomic():
                held = reservations.reserve(self.point(which), str(uuid.uuid4()), lines)
        except Refused:
            return
        self.held.append((which, number, held))

    @rule(pick=some)
    def collect(self, pick):
        if self.held:
            which, number, held = self.held[pick % len(self.held)]
            by = By()
            self.attempt(lambda: reservations.collect(held, by=by), changes=[(which, -number)])

    @rule(pick=some)
    def release(self, pick):
        if self.held:
            with contextlib.suppress(Refused):
                reservations.release(self.held[pick % len(self.held)][2])

    @rule(which=shelves, pick=some, number=numbers, way=st.sampled_from(["spoil", "send back", "transfer"]))
    def leave(self, which, pick, number, way):
        batch = self.batch(which, pick)
        if batch is None:
            return
        goods, by, point, other = {batch.pk: number}, By(), self.point(which), self.point(1 - which)
        act = {
            "spoil": lambda: shelf.spoil(point, goods, by=by, note="Vỡ hộp"),
            "send back": lambda: shelf.send_back(point, goods, by=by),
            "transfer": lambda: shelf.transfer(point, other, goods, by=by),
        }[way]
        arrives = [(1 - which, number)] if way == "transfer" else []
        self.attempt(act, changes=[(which, -number), *arrives])

    @rule(which=shelves, counted=st.integers(min_value=0, max_value=12), sold=numbers)
    def count(self, which, counted, sold):
        stocktake, by = stocktakes.begin(self.point(which)), By()
        difference = stocktakes.count(stocktake, self.records[which], counted).difference
        self.sell(which, sold)
        difference = max(difference, -self.expected[which])
        if self.attempt(lambda: stocktakes.apply(stocktake, by=by), changes=[(which, difference)]) is None:
            stocktakes.drop(stocktake)

    @rule()
    def wait_for_tomorrow(self):
        self.clock.shift(DAY)
        reservations.release_overdue()

    @invariant()
    def everything_adds_up(self):
        if not hasattr(self, "records"):
            return
        for record, expected in zip(self.records, self.expected, strict=True):
            assert_ledger_holds(record)
            assert StockRecord.objects.get(pk=record.pk).num_in_stock == expected
            lines = ActLine.objects.filter(stock_record=record)
            sold = sum(line.quantity for line in lines.filter(act__kind__in=["sale", "pickup"]))
            back = sum(line.quantity for line in lines.filter(act__kind="return"))
            gone = record.movements.filter(kind__in=["sold", "handed over", "returned"])
            assert sum(-movement.quantity for movement in gone) == sold - back
        assert PointAct.objects.filter(answers__isnull=True, kind="return").count() == 0


def test_whatever_happens_the_ledger_holds():
    Shelves.product, Shelves.person = make_product(), make_user()
    run_state_machine_as_test(
        Shelves,
        settings=settings(
            max_examples=10, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    assert StockRecord.objects.get(pk=Shelves.product.stock_record.pk).num_in_stock == 10
    assert stock.shelf_by_movements(Shelves.product.stock_record).in_stock == 10
