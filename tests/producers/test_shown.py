"""Which changes of stock move the version of the public pages: those that the pages show."""

import datetime

import pytest

from marketplace.core import clock
from marketplace.core.models import PublicChange
from producers.domain import counter, reservations, shelf, stock
from producers.domain.acts import By
from producers.domain.counter import Item
from producers.models import StockRecord
from producers.shown import MOST_FEW
from tests.factories.catalog import make_product
from tests.factories.shelves import PRICE, bring, make_shelf

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def moved(act) -> bool:
    """Whether the act moves the version."""
    before = PublicChange.objects.version()
    act()
    return PublicChange.objects.version() != before


def selling(record, quantity):
    return lambda: counter.sell(record.partner.point, [Item(record.pk, quantity)], paid_by="cash", by=By())


def test_a_sale_at_a_counter_moves_it_where_the_band_of_the_point_changes():
    record = make_shelf(quantity=MOST_FEW + 3)
    point = record.partner.point
    assert not moved(selling(record, 2))
    assert moved(selling(record, 1))
    assert not moved(selling(record, 1))
    assert moved(lambda: reservations.reserve(point, "o-1", [(record.pk, MOST_FEW - 1, PRICE)]))
    held = point.reservations.get()
    assert moved(lambda: reservations.collect(held, by=By())), "nothing lies on the shelf any more"


def test_what_has_expired_is_not_counted_for_the_band():
    yesterday = clock.today() - datetime.timedelta(days=1)
    record = make_shelf(quantity=MOST_FEW + 1)
    bring(record.partner.point, record.product, 20, expires_on=clock.today())
    record.batches.filter(expires_on=clock.today()).update(expires_on=yesterday)
    assert moved(selling(record, 1))
    expired = record.batches.get(expires_on=yesterday)
    shelf.spoil(record.partner.point, {expired.pk: 20}, by=By(), note="x")
    assert not moved(selling(record, 1))


def test_the_price_at_a_point_and_each_number_of_a_producer_move_it():
    record, own = make_shelf(), make_product(stock=9).stock_record
    assert moved(lambda: StockRecord.objects.filter(pk=record.pk).update(price=PRICE + 1))
    assert moved(lambda: stock.take({own.pk: 1}, reference="o-1"))
    assert not moved(lambda: stock.hand_over({own.pk: 1}, reference="o-1")), "as many can be bought as before"
