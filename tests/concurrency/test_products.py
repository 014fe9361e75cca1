"""A team that works on one product at the same moment, on SQLite and on PostgreSQL."""

from collections import Counter

import pytest

from catalog.domain import packs, prepare, table_rows
from catalog.domain.table_rows import RowMoved, Values
from producers.domain import stock
from producers.models import PriceChange
from tests.concurrency.crowd import at_once
from tests.factories.catalog import make_product, make_seller

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


def test_of_ten_who_change_one_price_one_does_and_the_others_are_told():
    product = make_product(price=50_000)
    seen = Values(50_000, 10, is_shown=True)

    results = at_once(
        10, lambda place: table_rows.change(product, Values(60_000 + place, 10, is_shown=True), seen=seen)
    )

    assert Counter(type(result) for result in results) == {bool: 1, RowMoved: 9}
    assert PriceChange.objects.count() == 1
    assert prepare.own_record(product).price == 60_000 + results.index(True)


def test_packing_and_buying_at_once_never_take_a_piece_twice():
    seller = make_seller()
    tea, box = make_product(seller=seller, stock=10), make_product(seller=seller, stock=0)
    packs.fill(box, {tea: 2})
    record = prepare.own_record(tea)

    def act(place: int) -> None:
        if place % 2:
            packs.pack(box, 1)
        else:
            stock.take({record.pk: 1}, reference=f"order {place}")

    results = at_once(12, act)

    done = [place for place, result in enumerate(results) if result is None]
    taken = sum(1 + place % 2 for place in done)
    record.refresh_from_db()
    assert record.net_stock_level == 10 - taken >= 0
    assert prepare.own_record(box).net_stock_level == sum(place % 2 for place in done)
    assert {type(result) for result in results} <= {type(None), stock.NotEnoughStock}
