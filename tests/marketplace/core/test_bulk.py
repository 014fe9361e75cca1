"""Rows that are inserted by the ten thousand are the rows that Django would have inserted."""

import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from catalog.domain.sets import product_class
from catalog.models import Certification, Product
from marketplace.core import bulk
from marketplace.core.models import Activity
from producers.models import Partner, StockRecord

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

ODD = "Tab\there, line\nbreak, \\N, \\, \"quoted\", 'single', % and %s, 🌾, đường"


def products(*titles, **values):
    return [
        Product(title=title, slug="x", product_class=product_class(), natural_key=f"{title[:8]}{n}", **values)
        for n, title in enumerate(titles)
    ]


def stored(instances, model, *without):
    """The rows as the database has them, but for what differs between any two."""
    rows = list(model.objects.filter(pk__in=[instance.pk for instance in instances]).order_by("pk").values())
    for row in rows:
        for name in ("id", "natural_key", "code", "slug", *without):
            row.pop(name, None)
    return rows


def test_products_are_those_of_bulk_create(frozen):
    quick, slow = (products(ODD, "", "NULL", upc=None, description=ODD) for _ in range(2))
    for number, product in enumerate(slow):
        product.natural_key += f" slow {number}"
    bulk.insert(quick)
    Product.objects.bulk_create(slow)
    times = ("date_created", "date_updated")
    assert stored(quick, Product, *times) == stored(slow, Product, *times)
    assert Product.objects.get(pk=quick[0].pk).title == ODD
    assert Product.objects.filter(date_created=None).count() == 0


def test_certifications_are_those_of_bulk_create():
    (product,) = products("Trà")
    bulk.insert([product])
    values = {
        "product": product,
        "stars": 4,
        "potential_five_star": True,
        "started_on": datetime.date(2022, 12, 31),
        "provenance": Certification.Provenance.IMPORTED,
    }
    quick, slow = ([Certification(**values), Certification(product=product)] for _ in range(2))
    bulk.insert(quick)
    Certification.objects.bulk_create(slow)
    assert stored(quick, Certification, "created_at") == stored(slow, Certification, "created_at")
    assert len({each.code for each in quick} | {each.code for each in slow}) == 4


def test_sellers_and_stock_are_those_of_bulk_create():
    (product,) = products("Trà")
    bulk.insert([product])
    rows = []
    for write in (bulk.insert, Partner.objects.bulk_create):
        seller = Partner(name=ODD, slug=write.__name__, code=write.__name__, free_delivery_from=None)
        write([seller])
        record = StockRecord(product=product, partner=seller, partner_sku="a", price=Decimal(120_000))
        (bulk.insert if write is bulk.insert else StockRecord.objects.bulk_create)([record])
        rows.append(
            stored([seller], Partner)
            + stored([record], StockRecord, "partner_id", "date_created", "date_updated")
        )
    assert rows[0] == rows[1]


def test_what_is_no_plain_value_is_converted():
    details = {"n": [1, None, "đ\t"]}
    activity = Activity(act="a.b", subject_kind="s", subject_id="1", details=details)
    bulk.insert([activity])
    assert Activity.objects.get(pk=activity.pk).details == details


def test_rows_that_nobody_needs_as_instances(frozen):
    (product,) = products("Trà")
    bulk.insert([product])
    sellers = [Partner(name=name, slug=name, code=name) for name in ("a", "b")]
    bulk.insert(sellers)
    columns = ("product_id", "partner_id", "partner_sku", "price")
    bulk.insert_values(StockRecord, columns, [(product.pk, sellers[0].pk, ODD, 120_000)])
    StockRecord.objects.bulk_create(
        [StockRecord(product=product, partner=sellers[1], partner_sku=ODD, price=120_000)]
    )
    quick, slow = stored(StockRecord.objects.all(), StockRecord, "partner_id", "date_created", "date_updated")
    assert quick == slow
    bulk.insert_values(StockRecord, columns, [])
    bulk.insert_values(Certification, ("product_id",), [(product.pk,), (product.pk,)])
    assert len({each.code for each in Certification.objects.all()}) == 2


def test_primary_keys_go_on_from_both_sides():
    first, second, third = products("a", "b", "c")
    bulk.insert([first])
    second.save()
    bulk.insert([third])
    assert first.pk < second.pk < third.pk
    assert not third._state.adding
    third.title = "d"
    third.save()
    assert Product.objects.count() == 3


def test_none_is_nothing():
    with CaptureQueriesContext(connection) as queries:
        bulk.insert([])
    assert len(queries) == 0


@pytest.mark.parametrize("count", [2, 300])
def test_statements_do_not_grow_with_rows(count):
    made = products(*map(str, range(count)))
    with CaptureQueriesContext(connection) as queries:
        bulk.insert(made)
    assert len(queries) == 2


def test_constraints_hold():
    made = products("a", "b")
    made[1].natural_key = made[0].natural_key
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(made)
    assert not Product.objects.exists()


class TestAnyText(TestCase):
    @settings(max_examples=50, deadline=None)
    @given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)))
    def test_comes_out_as_it_went_in(self, titles):
        made = products(*titles)
        for number, product in enumerate(made):
            product.natural_key = str(number)
        bulk.insert(made)
        found = Product.objects.filter(pk__in=[each.pk for each in made]).order_by("pk")
        assert list(found.values_list("title", flat=True)) == titles
