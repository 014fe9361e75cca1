"""Baskets that nobody can reach any more go, and no others."""

import datetime

import pytest
from oscar.apps.basket.models import Basket, Line

from marketplace.core import clock
from storefront import housekeeping
from tests.factories.catalog import make_seller, make_user
from tests.marketplace.sales.cases import Purchase, make_basket, make_product

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def test_old_baskets_of_visitors_go_and_the_others_stay(monkeypatch):
    monkeypatch.setattr(housekeeping, "BATCH", 1)
    product = make_product(make_seller())
    left = [make_basket(product) for _basket in range(2)]
    of_account = make_basket(product, owner=make_user())
    saved = make_basket(product)
    ordered = make_basket(product)
    Purchase(ordered).place()
    Basket.objects.filter(pk=saved.pk).update(status=Basket.SAVED)
    Basket.objects.update(date_created=clock.now() - datetime.timedelta(days=61))
    young = make_basket(product)
    Basket.objects.filter(pk=young.pk).update(date_created=clock.now() - datetime.timedelta(days=59))

    assert housekeeping.remove_left_baskets.call() == 2

    stay = {basket.pk for basket in (of_account, saved, ordered, young)}
    assert set(Basket.objects.values_list("pk", flat=True)) == stay
    assert not Line.objects.filter(basket__in=[basket.pk for basket in left]).exists()
