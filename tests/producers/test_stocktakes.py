"""Stocktakes: counted while goods are sold, applied once, never below what is reserved."""

import pytest
from django.utils.translation import override

from producers.domain import counter, stock, stocktakes
from producers.domain.acts import By
from producers.domain.counter import Item
from producers.domain.stock import CountTooLow
from producers.domain.stocktakes import StocktakeRefused
from tests.factories.shelves import bring, make_shelf
from tests.producers.ledger import assert_ledger_holds

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _in_english_on_that_day(frozen):
    with override("en"):
        yield


@pytest.fixture
def record():
    return make_shelf(quantity=10)


def sell(record, quantity):
    counter.sell(record.partner.point, [Item(record.pk, quantity)], paid_by="cash", by=By())


def test_a_count_corrects_the_shelf_and_keeps_what_was_sold_meanwhile(record):
    stocktake = stocktakes.begin(record.partner.point)
    sell(record, 1)
    assert stocktakes.count(stocktake, record, 7).difference == -2
    sell(record, 3)

    act = stocktakes.apply(stocktake, by=By())

    record.refresh_from_db()
    assert record.num_in_stock == 4
    assert [(each.kind, each.quantity) for each in act.movements.all()] == [("corrected", -2)]
    assert_ledger_holds(record)


def test_what_is_found_belongs_to_the_newest_batch(record):
    bring(record.partner.point, record.product, 1)
    stocktake = stocktakes.begin(record.partner.point)
    stocktakes.count(stocktake, record, 5)
    stocktakes.count(stocktake, record, 14)
    by = By()

    assert stocktakes.apply(stocktake, by=by) == stocktakes.apply(stocktake, by=by)

    assert [batch.quantity_left for batch in record.batches.order_by("pk")] == [10, 4]
    assert_ledger_holds(record)


def test_a_stocktake_is_begun_once(record):
    first = stocktakes.begin(record.partner.point)
    with pytest.raises(StocktakeRefused, match="open already"):
        stocktakes.begin(record.partner.point)
    stocktakes.drop(first)
    assert stocktakes.begin(record.partner.point) == stocktakes.open_one(record.partner.point)
    for act in (lambda: stocktakes.count(first, record, 1), lambda: stocktakes.apply(first, by=By())):
        with pytest.raises(StocktakeRefused, match="over"):
            act()


def test_a_count_below_what_is_reserved_leaves_all_as_it_was(record):
    stock.take({record.pk: 4}, reference="x")
    stocktake = stocktakes.begin(record.partner.point)
    stocktakes.count(stocktake, record, 3)

    with pytest.raises(CountTooLow):
        stocktakes.apply(stocktake, by=By())

    stocktake.refresh_from_db()
    assert stocktake.state == "open"
    assert_ledger_holds(record)


def test_only_what_lies_on_the_shelf_is_counted(record):
    stocktake = stocktakes.begin(record.partner.point)
    for other, number in ((make_shelf(), 1), (record, -1), (record, 100_001)):
        with pytest.raises(StocktakeRefused):
            stocktakes.count(stocktake, other, number)
