"""The strategy: the producer's own record is sold, a line keeps the record that it was made with."""

import pytest

from producers.models import StockRecord
from producers.strategy import Selector
from tests.factories.catalog import make_product, make_seller
from tests.marketplace.sales.cases import make_basket

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def test_the_producers_record_is_sold_whoever_else_has_the_product():
    product = make_product(price=50_000, stock=3)
    StockRecord.objects.create(product=product, partner=make_seller(), partner_sku="shelf", price=40_000)

    info = Selector().strategy().fetch_for_product(type(product).objects.get(pk=product.pk))

    assert info.stockrecord == product.stock_record
    assert info.price.incl_tax == 50_000
    assert info.availability.num_available == 3


def test_a_line_is_priced_by_its_own_record():
    product = make_product(price=50_000)
    basket = make_basket(product)
    point = StockRecord.objects.create(
        product=product, partner=make_seller(kind="point"), partner_sku="shelf", price=55_000, num_in_stock=1
    )
    basket.lines.update(stockrecord=point)
    basket.reset_offer_applications()

    [line] = basket.all_lines()

    assert line.purchase_info.price.incl_tax == 55_000
    assert line.purchase_info.stockrecord == point


def test_what_is_not_for_sale_cannot_be_bought():
    product = make_product(seller=make_seller(state="closed"))

    info = Selector().strategy().fetch_for_product(product)

    assert info.availability.is_available_to_buy is False
