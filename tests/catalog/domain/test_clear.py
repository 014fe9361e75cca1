"""Clearances: spirits are sold by whom the office has cleared, from a day to a day."""

import datetime

import pytest

from catalog.domain import clear
from catalog.models import Product
from marketplace.core import clock
from tests.factories.catalog import make_category, make_product, make_seller, make_user

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

DAY = datetime.timedelta(days=1)


def give(seller, days=30, set_number=14, **fields):
    ends_on = clock.today() + days * DAY
    given = {"ends_on": ends_on, "paper": "Giấy phép 12/GP", "actor": make_user(), **fields}
    return clear.clear(seller, make_category(set_number), **given)


@pytest.mark.usefixtures("frozen")
def test_spirits_are_not_sold_before_the_office_has_cleared_the_seller():
    seller = make_seller()
    product = make_product(seller=seller, set_number=14)
    other = make_product(set_number=14)
    assert not product.can_buy
    give(seller)
    assert Product.objects.for_cards().get(pk=product.pk).can_buy
    assert not Product.objects.for_cards().get(pk=other.pk).can_buy
    assert list(Product.objects.for_sale()) == [product]


def test_a_clearance_ends_by_itself(frozen):
    seller = make_seller()
    product = make_product(seller=seller, set_number=15)
    give(seller, days=1, set_number=15)
    frozen.shift(DAY)
    assert Product.objects.for_cards().get(pk=product.pk).can_buy
    frozen.shift(DAY)
    assert not Product.objects.for_cards().get(pk=product.pk).can_buy
    assert not Product.objects.for_sale().exists()


@pytest.mark.usefixtures("frozen")
def test_a_withdrawal_counts_at_once_and_an_older_clearance_goes_on():
    seller = make_seller()
    product = make_product(seller=seller, set_number=18)
    give(seller, days=10, set_number=18)
    longer = give(seller, days=100, set_number=18)
    clear.withdraw(longer, reason="Giấy phép bị thu hồi", actor=make_user())
    product.refresh_from_db()
    assert product.cleared_until == clock.today() + 10 * DAY
    with pytest.raises(clear.ClearanceRefused):
        clear.withdraw(longer, reason="x")


@pytest.mark.usefixtures("frozen")
@pytest.mark.parametrize("fault", [{"days": -1}, {"paper": " "}, {"set_number": 8}])
def test_what_cannot_be_cleared_is_refused(fault):
    with pytest.raises(clear.ClearanceRefused):
        give(make_seller(), **fault)


@pytest.mark.usefixtures("frozen")
def test_a_clearance_is_withdrawn_with_a_reason():
    made = give(make_seller())
    with pytest.raises(clear.ClearanceRefused):
        clear.withdraw(made, reason=" ")
    made.refresh_from_db()
    assert made.is_in_force
