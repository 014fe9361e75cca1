"""A stall in numbers: days, products, provinces, visits and the turnover of stock."""

import datetime

import pytest

from marketplace.core import clock
from marketplace.desks.producer.periods import last_days
from marketplace.sales.domain import fulfil, numbers
from producers.domain import visits
from producers.models import DailyVisits
from tests.factories.catalog import make_seller
from tests.marketplace.sales.cases import buy, make_product

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

TODAY = datetime.date(2026, 11, 24)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def seller():
    return make_seller()


def test_an_order_counts_on_its_day_in_ha_noi_unless_it_fell_through(seller, frozen):
    product = make_product(seller, in_stock=50)
    buy((product, 2))
    fulfil.cancel(buy(product)[0], actor=None, note="Hết hàng")
    # 23:30 in Hà Nội, which is still 16:30 of the same day in UTC; then 00:30 of the next.
    frozen.shift(datetime.timedelta(hours=14, minutes=30))
    buy(product)
    frozen.shift(datetime.timedelta(hours=1))
    buy(product)
    buy(make_product(make_seller()))
    assert numbers.by_day(seller, last_days().moments) == {
        TODAY: numbers.Sold(orders=2, amount=360_000),
        TODAY + DAY: numbers.Sold(orders=1, amount=120_000),
    }


def test_products_and_provinces_come_best_first(seller):
    tea, honey = make_product(seller, in_stock=50), make_product(seller, in_stock=50)
    buy(tea, (honey, 3))
    buy(tea)
    moments = last_days().moments
    assert list(numbers.by_product(seller, moments)) == [
        (honey.pk, 1, 360_000, 3),
        (tea.pk, 2, 240_000, 2),
    ]
    assert list(numbers.by_province(seller, moments)) == [("Thành phố Hà Nội", 2, 600_000)]


def test_turnover_is_what_left_the_shelf_by_the_usual_stock(seller, frozen):
    product = make_product(seller, in_stock=20)
    frozen.shift(datetime.timedelta(days=40))
    order = buy((product, 10))[0]
    for act in (fulfil.confirm, fulfil.pack, fulfil.ship):
        act(order, actor=None)
    buy((product, 2))
    shelf = numbers.turnover(seller, last_days().moments, [product.pk])[product.pk]
    assert shelf == numbers.Turnover(now=10, before=20, left=10)
    assert shelf.times == pytest.approx(10 / 15)
    assert numbers.Turnover(0, 0, 0).times is None


def test_visits_add_up_by_day_and_by_product(seller):
    product = make_product(seller)
    other = make_seller()
    for _batch in range(2):
        visits.add(
            {(seller.pk, None, TODAY): 3, (seller.pk, product.pk, TODAY): 2, (other.pk, None, TODAY): 9}
        )
    visits.add({(seller.pk, product.pk, TODAY - DAY): 1})
    assert DailyVisits.objects.count() == 4
    assert numbers.visits_by_day(seller, TODAY - DAY, TODAY) == {TODAY - DAY: 1, TODAY: 10}
    assert numbers.visits_by_product(seller, TODAY, clock.today(), [product.pk]) == {product.pk: 4}
