"""Prices: changed against what was seen, each change kept."""

import pytest

from producers.domain import prices
from producers.models import PriceChange
from tests.factories.catalog import make_product, make_user

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture
def record():
    return make_product(price=50_000).stock_record


def test_a_change_is_kept_with_what_it_was(record):
    assert prices.change(record, 60_000, seen=50_000, actor=make_user())
    record.refresh_from_db()
    change = PriceChange.objects.get()
    assert (record.price, change.before, change.price) == (60_000, 50_000, 60_000)


def test_the_same_price_is_no_change(record):
    assert not prices.change(record, 50_000, seen=50_000)
    assert not PriceChange.objects.exists()


def test_who_saw_another_price_is_told_what_it_is_now(record):
    prices.change(record, 60_000, seen=50_000)
    with pytest.raises(prices.PriceMoved) as refusal:
        prices.change(record, 70_000, seen=50_000)
    assert refusal.value.price == 60_000
    assert not prices.change(record, 60_000, seen=50_000)


def test_no_price_is_not_for_sale_and_can_come_back(record):
    prices.change(record, None, seen=50_000)
    prices.change(record, 40_000, seen=None)
    record.refresh_from_db()
    assert record.price == 40_000


@pytest.mark.parametrize("price", [0, -1, 1_000_000_000])
def test_what_is_no_price_is_a_mistake_of_the_caller(record, price):
    with pytest.raises(ValueError, match="no price"):
        prices.change(record, price, seen=50_000)
