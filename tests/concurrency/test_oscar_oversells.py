"""Why stock is taken by our own statement: what oscar's two steps, look and then allocate, do in a crowd."""

import threading

import pytest
from django.db import IntegrityError, connection

from producers.models import StockRecord
from producers.strategy import ProducerStrategy
from search import triggers
from tests.concurrency.crowd import at_once
from tests.factories.catalog import make_seller
from tests.marketplace.sales.cases import make_product

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]

CONSTRAINT = next(
    constraint
    for constraint in StockRecord._meta.constraints
    if constraint.name == "stock_allocated_at_most_in_stock"
)


@pytest.fixture
def without_our_constraint(monkeypatch):
    """Oscar's own table: without the constraint that makes net stock below zero impossible."""
    others = [constraint for constraint in StockRecord._meta.constraints if constraint != CONSTRAINT]
    monkeypatch.setattr(StockRecord._meta, "constraints", others)
    triggers.remove(connection)
    with connection.schema_editor() as editor:
        editor.remove_constraint(StockRecord, CONSTRAINT)


def test_oscars_allocate_does_not_check_what_is_there(without_our_constraint):
    record = make_product(make_seller(), in_stock=1).stock_record

    record.allocate(1)
    record.allocate(1)

    assert record.num_in_stock - record.num_allocated == -1


def test_oscars_check_before_it_lets_a_crowd_through(without_our_constraint):
    product = make_product(make_seller(), in_stock=1)
    everybody_has_looked = threading.Barrier(8, timeout=60)

    def buy_as_oscar_does(_position):
        info = ProducerStrategy().fetch_for_product(type(product).objects.get(pk=product.pk))
        permitted, _reason = info.availability.is_purchase_permitted(1)
        everybody_has_looked.wait()
        if permitted:
            info.stockrecord.allocate(1)
        return permitted

    assert at_once(8, buy_as_oscar_does) == [True] * 8
    record = StockRecord.objects.get(product=product)
    assert record.num_in_stock - record.num_allocated == -7


def test_the_constraint_turns_overselling_into_an_error_page():
    """It protects the numbers, but the second buyer would get a failure instead of an answer."""
    record = make_product(make_seller(), in_stock=1).stock_record
    record.allocate(1)

    with pytest.raises(IntegrityError):
        record.allocate(1)

    record.refresh_from_db()
    assert record.net_stock_level == 0
