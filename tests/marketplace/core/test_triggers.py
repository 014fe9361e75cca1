"""The database counts changes of what everybody may see, in the transaction of the change."""

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from catalog.models import Product
from marketplace.core import triggers
from marketplace.core.models import PublicChange
from tests.concurrency.crowd import at_once
from tests.factories.catalog import make_product, make_seller, make_user
from tests.factories.shelves import make_shelf

pytestmark = pytest.mark.integration


def test_every_public_table_is_there(db):
    tables = set(connection.introspection.table_names())

    assert len(triggers.public_tables()) > 10
    assert set(triggers.public_tables()) <= tables


def test_setting_up_again_changes_nothing(db):
    before = PublicChange.objects.version()

    triggers.install(connection)
    seller = make_seller()

    assert PublicChange.objects.version() == before + 1
    seller.delete()
    assert PublicChange.objects.version() > before + 1


def test_what_is_not_public_is_not_counted(db):
    before = PublicChange.objects.version()

    make_user()

    assert PublicChange.objects.version() == before


@pytest.mark.parametrize("table", ["Product", "Certification", "CertificationAct", "Category"])
def test_what_pages_show_of_the_catalogue_is_public(table):
    assert f"catalogue.{table}" in apps.get_app_config("catalogue").public_models


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_taken_back_was_none():
    product = make_product()
    before = PublicChange.objects.version()

    with transaction.atomic():
        Product.objects.filter(pk=product.pk).update(title="Khác")
        assert PublicChange.objects.version() == before + 1
        transaction.set_rollback(True)

    assert PublicChange.objects.version() == before


def test_movements_of_stock_are_never_changed(db):
    record = make_shelf()
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        record.movements.update(quantity=11)
    assert record.movements.get().quantity == 10


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_no_change_is_lost_between_writers_and_those_who_compact():
    products = [make_product() for _number in range(4)]
    before = PublicChange.objects.version()

    def change(number):
        if number % 2:
            PublicChange.objects.compact()
        else:
            Product.objects.filter(pk=products[number // 2 % 4].pk).update(title=f"Tên {number}")

    assert not [each for each in at_once(40, change) if isinstance(each, Exception)]

    assert PublicChange.objects.version() == before + 20
