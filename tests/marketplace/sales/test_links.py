"""Links for guests open one order, and only for whom they were sent to."""

import pytest

from marketplace.sales.links import guest_link_token, order_from_token
from tests.factories.catalog import make_seller
from tests.marketplace.sales.cases import buy, make_product

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture
def order():
    return buy(make_product(make_seller()))[0].order


def test_a_token_opens_its_order(order):
    assert order_from_token(order.number, guest_link_token(order)) == order


def test_a_token_opens_no_other_order(order):
    [other] = buy(make_product(make_seller()))

    assert order_from_token(other.order.number, guest_link_token(order)) is None


@pytest.mark.parametrize("token", ["", "x", "é", "a" * 400])
def test_a_forged_token_opens_nothing(order, token):
    assert order_from_token(order.number, token) is None


def test_a_changed_token_opens_nothing(order):
    token = guest_link_token(order)

    assert order_from_token(order.number, token[:-1] + ("A" if token[-1] != "A" else "B")) is None
    assert order_from_token(order.number.lower(), token) is None


def test_a_signed_number_without_an_order_gives_nothing(order):
    token = guest_link_token(order)
    type(order).objects.filter(pk=order.pk).update(number="gone")

    assert order_from_token(order.number, token) is None
