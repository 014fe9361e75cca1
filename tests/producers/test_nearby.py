"""Where to buy a product: which points count, in which order, in which bands; one query."""

import datetime
from typing import NamedTuple

import pytest

from producers.domain import points, stock
from producers.domain.nearby import FEW, IN_STOCK, OUT, level_of, where_to_buy
from producers.models import StockRecord
from tests.factories.catalog import make_product
from tests.factories.points import make_point
from tests.factories.shelves import PRICE, bring, make_shelf

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

TODAY = datetime.date(2026, 11, 24)
DAY = datetime.timedelta(days=1)


class At(NamedTuple):
    latitude: float
    longitude: float


HERE = At(21.03, 105.85)


def make_place(
    product, east: float, quantity: int = 10, expires_on: datetime.date | None = None, **fields
) -> StockRecord:
    """The product at a point so many kilometres east of here."""
    about = {"latitude": HERE.latitude, "longitude": HERE.longitude + east / 103.78, **fields}
    return make_shelf(point=make_point(**about), product=product, quantity=quantity, expires_on=expires_on)


def test_points_within_the_distance_the_nearest_first():
    product = make_product()
    far, near, _further = (make_place(product, east) for east in (49.5, 2, 50.5))
    make_place(make_product(), 1)
    make_shelf(point=make_point(), product=product)

    found = where_to_buy(product.pk, near=HERE)

    assert [place.record_id for place in found] == [near.pk, far.pk]
    assert [round(place.distance, 1) for place in found] == [2.0, 49.5]
    assert (found[0].price, found[0].slug, found[0].name) == (PRICE, near.partner.slug, near.partner.name)


def test_without_a_place_all_points_those_that_have_some_first():
    product = make_product()
    sold_out, full = make_place(product, 1, 2), make_shelf(product=product)
    stock.take({sold_out.pk: 2}, reference="x")
    assert [place.record_id for place in where_to_buy([product.pk])] == [full.pk, sold_out.pk]


def test_points_that_are_closed_or_not_open_yet_do_not_count():
    product = make_product()
    closed, gone = make_place(product, 1), make_place(product, 2)
    make_place(product, 3, opened_on=TODAY + DAY)
    unpriced = make_place(product, 4)
    last_day = make_place(product, 5, last_day=TODAY)
    points.close(closed.partner.point, on=TODAY - DAY, reason="Hết hợp đồng")
    gone.partner.state = "suspended"
    gone.partner.save()
    StockRecord.objects.filter(pk=unpriced.pk).update(price=None)

    assert [place.record_id for place in where_to_buy(product.pk, near=HERE)] == [last_day.pk]


def test_the_band_counts_what_can_be_sold_today(frozen):
    record = make_place(make_product(), 1, 6, expires_on=TODAY)
    bring(record.partner.point, record.product, 2)

    def level():
        [place] = where_to_buy(record.product_id, near=HERE)
        return place.level

    assert level() == IN_STOCK
    stock.take({record.pk: 3}, reference="x")
    assert level() == FEW
    frozen.shift(DAY)
    assert level() == OUT
    assert [level_of(number) for number in (-1, 0, 1, 5, 6)] == [OUT, OUT, FEW, FEW, IN_STOCK]


@pytest.mark.parametrize("count", [1, 30])
def test_it_is_two_queries(django_assert_num_queries, count):
    product = make_product()
    for east in range(count):
        make_place(product, east)
    with django_assert_num_queries(2):
        assert len(where_to_buy(product.pk, near=HERE)) == count
