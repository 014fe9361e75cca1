"""VAT in the prices: the dated table, what an order keeps of it, and the sums."""

import datetime

import pytest

from marketplace.sales.confirmation import vat_rows
from marketplace.sales.domain import reduce, vat
from marketplace.sales.models import SellerOrder, VatDeclaration
from tests.factories.catalog import make_seller, make_user
from tests.marketplace.sales.cases import buy, make_product

YEAR_END, NEW_YEAR = datetime.date(2026, 12, 31), datetime.date(2027, 1, 1)


@pytest.mark.unit
@pytest.mark.parametrize(
    ("set_number", "kind", "day", "rate"),
    [
        (8, "producer", YEAR_END, 800),
        (8, "producer", NEW_YEAR, 1000),
        (None, "point", YEAR_END, 800),
        (14, "producer", YEAR_END, 1000),
        (15, "point", NEW_YEAR, 1000),
        (1, "producer", YEAR_END, 0),
        (1, "point", NEW_YEAR, 500),
        (8, "producer", datetime.date(2025, 6, 30), None),
    ],
)
def test_the_rate_is_that_of_the_day_the_set_and_the_seller(set_number, kind, day, rate):
    assert vat.rate_for(set_number, kind, day) == rate


@pytest.mark.unit
def test_no_day_is_under_two_rates_and_none_is_left_out():
    for day in (datetime.date(2025, 7, 1), YEAR_END, NEW_YEAR, datetime.date(2030, 1, 1)):
        for number in (None, *range(1, 27)):
            for kind in ("producer", "point"):
                fitting = [rate for rate in vat.all_rates() if rate.fits(number, kind, day)]
                assert len([rate for rate in fitting if not rate.sets]) == 1
                assert len([rate for rate in fitting if rate.sets]) <= 1


@pytest.mark.unit
@pytest.mark.parametrize(
    ("gross", "rate", "tax"),
    [(108_000, 800, 8_000), (110_000, 1000, 10_000), (1, 800, 0), (7, 800, 1), (120_000, 0, 0)],
)
def test_the_tax_is_in_the_price(gross, rate, tax):
    assert vat.included(gross, rate) == tax


@pytest.mark.integration
@pytest.mark.django_db
class TestOrders:
    pytestmark = pytest.mark.usefixtures("frozen")

    @pytest.fixture
    def seller(self):
        return make_seller(name="HTX Bắc Sơn")

    def test_an_order_keeps_what_held_when_it_was_placed(self, seller):
        product, actor = make_product(seller), make_user()
        before = buy(product)[0]
        vat.declare(seller, is_declared=True, actor=actor)
        vat.declare(seller, is_declared=True, actor=actor)
        order = buy((product, 2))[0]
        vat.declare(seller, is_declared=False, actor=actor)
        after = buy(product)[0]
        assert vat.sums_of(before) == vat.sums_of(after) == []
        [each] = vat.sums_of(order)
        # 240.000 of goods and 30.000 of delivery, 8 % within: 20.000.
        assert (each.rate, each.gross, each.vat, each.net) == (800, 270_000, 20_000, 250_000)
        assert [amount for _label, amount in vat_rows(vat.sums_of(order))] == [20_000]
        assert [row.is_declared for row in VatDeclaration.objects.all()] == [False, True]

    def test_each_rate_has_its_sum_and_a_cancelled_part_counts_no_more(self, seller):
        vat.declare(seller, is_declared=True, actor=make_user())
        bought = make_product(seller), make_product(seller, set_number=1)
        order = buy(*((product, 2) for product in bought))[0]
        by_rate = {each.rate: each.gross for each in vat.sums_of(order)}
        assert by_rate == {800: 270_000, 0: 240_000}
        line = order.lines.get(vat_rate=800)
        reduce.cancel_lines(order, {line.pk: 1}, seen_total=order.total, actor=None, note="Thiếu hàng")
        again = SellerOrder.objects.get(pk=order.pk)
        assert {each.rate: each.gross for each in vat.sums_of(again)} == {800: 150_000, 0: 240_000}
