"""Prepared queries answer as the query sets that they are made from."""

import datetime

import pytest
from django.db import connection
from django.db.models import Exists, F, OuterRef

from catalog.models import Certification, Product
from marketplace.core.prepared import Prepared, United
from producers.models import Partner, StockRecord
from tests.factories.catalog import make_product

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

DAY = datetime.date(2026, 11, 24)


@pytest.fixture
def products(regions, frozen):
    return [make_product(stars=stars) for stars in (3, 4, 5)] + [make_product(producer=None)]


def listed(ids: list[int], today: datetime.date):
    found = Product.objects.listed(today).filter(pk__in=ids).order_by("-pk")
    return found.values_list("pk", "title", "is_public")


def with_seller(pk: int):
    priced = StockRecord.objects.filter(product=OuterRef("pk"))
    return (
        Product.objects.filter(pk=pk)
        .select_related("producer__region__parent", "certification")
        .annotate(is_priced=Exists(priced), began=F("certification__started_on"))
    )


def test_rows_are_those_of_the_query_set(products):
    prepared = Prepared(listed, ids=[int], today=datetime.date)

    for some in (products, products[:2], products[1:3], products[3:]):
        ids = [product.pk for product in some]
        assert prepared.rows(ids=ids, today=DAY) == list(listed(ids, DAY))


def test_models_are_those_of_the_query_set(products, django_assert_num_queries):
    prepared = Prepared(with_seller, pk=int)

    for product in products:
        plain = with_seller(product.pk).get()
        with django_assert_num_queries(1):
            (made,) = prepared.objects(pk=product.pk)
            assert made == plain
            assert (made.producer, made.certification) == (plain.producer, plain.certification)
            assert (made.is_priced, made.began) == (plain.is_priced, plain.began)
            assert type(made.is_priced) is bool
            assert made.certification.valid_until == plain.certification.valid_until
            assert made._state.db == plain._state.db
            assert made.get_deferred_fields() == set()


def test_the_query_is_written_once(products, monkeypatch):
    written = []

    def build(pk):
        written.append(pk)
        return Product.objects.filter(pk=pk).values_list("pk")

    prepared = Prepared(build, pk=int)
    for product in products:
        assert prepared.rows(pk=product.pk) == [(product.pk,)]
    assert len(written) == 1


def test_texts_are_parameters_and_nothing_else(products):
    prepared = Prepared(lambda name: Partner.objects.filter(name=name).values_list("pk"), name=str)

    assert prepared.rows(name="x' OR '1'='1") == []
    assert prepared.rows(name=products[0].producer.name) == [(products[0].producer_id,)]


def test_numbers_beyond_the_columns_find_nothing(products):
    assert Prepared(with_seller, pk=int).objects(pk=10**17) == []


@pytest.mark.parametrize("values", [{}, {"pk": 1, "more": 2}])
def test_values_must_be_those_that_were_named(values):
    with pytest.raises(TypeError, match="wanted"):
        Prepared(with_seller, pk=int).rows(**values)


def test_a_value_that_the_query_does_not_use_is_a_mistake(products):
    with pytest.raises(TypeError, match="not found"):
        Prepared(lambda pk: Certification.objects.values_list("pk"), pk=int).rows(pk=1)


def test_texts_may_stand_in_longer_ones(products):
    prepared = Prepared(
        lambda one, other: Partner.objects.filter(name=f"({one} & {other})").values_list("pk"),
        one=str,
        other=str,
    )
    Partner.objects.filter(pk=products[0].producer_id).update(name="(gốm & tre)")
    assert prepared.rows(one="gốm", other="tre") == [(products[0].producer_id,)]
    assert prepared.rows(one="tre", other="gốm") == []


def test_united_query_sets_keep_their_order_and_number(products, django_assert_num_queries):
    united = United(
        [
            lambda today, name: Product.objects.listed(today).order_by("-pk").values_list("pk")[:2],
            lambda today, name: Partner.objects.filter(name=name).values_list("pk"),
            lambda today, name: Product.objects.filter(title=name).values_list("pk"),
        ],
        today=datetime.date,
        name=str,
    )
    seller = products[1].producer
    for name, sellers in ((seller.name, [seller.pk]), ("Không có", [])):
        with django_assert_num_queries(1):
            found = united.ids(today=DAY, name=name)
        newest = list(Product.objects.listed(DAY).order_by("-pk").values_list("pk", flat=True)[:2])
        assert found == [newest, sellers, []]
    with pytest.raises(TypeError, match="wanted"):
        united.ids(today=DAY)


@pytest.mark.postgres
def test_postgresql_keeps_one_statement_whatever_the_numbers_are(products):
    prepared = Prepared(with_seller, pk=int)
    for pk in (products[0].pk, 7, 70_000, 7_000_000_000):
        prepared.objects(pk=pk)

    with connection.cursor() as cursor:
        cursor.execute("SELECT generic_plans + custom_plans FROM pg_prepared_statements")
        runs = [row[0] for row in cursor.fetchall()]
    assert runs == [2]
