"""The index follows the database: what is noted, taken in, built anew, compared and mended."""

import datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from catalog.domain import variants
from catalog.domain.certify import withdraw
from catalog.domain.prepare import own_record
from catalog.models import Category, Product
from marketplace.core import clock
from marketplace.core.models import PublicChange
from marketplace.core.tasks.signals import between_tasks
from marketplace.regions.models import Region
from marketplace.sales.domain import fulfil
from producers.domain import counter, reservations
from producers.domain.acts import By
from producers.domain.counter import Item
from producers.domain.stock import correct, take
from producers.models import Partner, StockRecord, Story
from search import document, indexing
from search.document import ANY_DAY, day_number, documents
from search.engines import IndexMissing
from search.housekeeping import let_orders_age
from search.models import PendingChange
from search.ranking import DAYS
from tests.factories.catalog import make_category, make_product, make_seller, make_variant
from tests.factories.shelves import PRICE, bring, make_shelf
from tests.marketplace.sales.cases import buy

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

Kind = PendingChange.Kind


def noted() -> set[tuple[str, int]]:
    """What has been noted since the last look."""
    found = set(PendingChange.objects.values_list("kind", "key"))
    PendingChange.objects.all().delete()
    return found


@pytest.fixture
def product():
    product = make_product(title="Trà sen", stock=3)
    PendingChange.objects.all().delete()
    return product


# --- what the database notes
@pytest.mark.parametrize(
    "change",
    [
        lambda product: Product.objects.filter(pk=product.pk).update(title="Trà nhài"),
        lambda product: StockRecord.objects.filter(product=product).update(price=1),
        lambda product: take({product.stock_record.pk: 3}, reference="x"),
        lambda product: withdraw(
            product.certification, on=datetime.date(2026, 12, 1), decision="1/QĐ", reason="x"
        ),
        lambda product: product.categories.add(make_category(4)),
        lambda product: Story.objects.create(product=product, body="x"),
        lambda product: Product.objects.bulk_update([product], ["unit"]),
    ],
)
def test_each_change_of_a_product_is_noted(product, change):
    change(product)
    assert (Kind.PRODUCT, product.pk) in noted()


def test_stock_is_noted_only_where_there_is_some_or_none(product):
    take({product.stock_record.pk: 1}, reference="x")
    assert noted() == set()
    take({product.stock_record.pk: 2}, reference="x")
    assert noted() == {(Kind.PRODUCT, product.pk)}


def test_a_deleted_product_is_noted(product):
    pk = product.pk
    other = make_product()
    noted()
    StockRecord.objects.filter(product=other).update(product=product.pk, partner=make_seller())
    assert noted() == {(Kind.PRODUCT, pk), (Kind.PRODUCT, other.pk)}


def test_sellers_categories_and_regions_are_noted(product):
    Partner.objects.filter(pk=product.producer_id).update(summary="x")
    assert noted() == set()
    Partner.objects.filter(pk=product.producer_id).update(state=Partner.State.CLOSED)
    assert noted() == {(Kind.SELLER, product.producer_id)}
    category = product.category
    Category.objects.filter(pk=category.pk).update(description="x")
    assert noted() == set()
    Category.objects.filter(pk=category.pk).update(name_en="x")
    assert noted() == {(Kind.CATEGORY, category.pk)}
    Region.objects.filter(pk=Region.objects.first().pk).update(latitude=1)
    assert noted() == {(Kind.REGIONS, 0)}


def test_what_is_rolled_back_is_not_noted(product):
    with transaction.atomic():
        Product.objects.filter(pk=product.pk).update(title="x")
        transaction.set_rollback(True)
    assert noted() == set()


@pytest.mark.parametrize(
    "change",
    [
        lambda variant: StockRecord.objects.filter(product=variant).update(price=1),
        lambda variant: take({own_record(variant).pk: 4}, reference="x"),
        lambda variant: Product.objects.filter(pk=variant.pk).update(is_public=False),
        lambda variant: make_variant(variant.parent, "2 kg"),
        lambda variant: make_shelf(product=variant),
        lambda variant: buy(variant),
    ],
)
def test_a_change_of_another_pack_is_one_of_the_product(product, change):
    variant = make_variant(product)
    noted()
    change(variant)
    assert (Kind.PRODUCT, product.pk) in noted()


def test_an_order_that_comes_to_nothing_is_a_change_of_its_products(search, product):
    large = make_variant(product, "1 kg", price=90_000)
    (seller_order,) = buy(large)
    assert search().ids == [product.pk]
    noted()
    fulfil.confirm(seller_order, actor=None)
    assert noted() == set()
    fulfil.cancel(seller_order, actor=None, note="Hết hàng")
    assert (Kind.ORDER, seller_order.pk) in set(PendingChange.objects.values_list("kind", "key"))
    indexing.apply_changes()
    assert next(documents([product.pk]))[0].sold == 0
    assert indexing.compare() == indexing.Difference()


def test_orders_count_for_a_year(search, product, frozen):
    buy(make_variant(product, "1 kg", price=90_000))
    assert search("sort=sales").ids == [product.pk]
    frozen.shift(datetime.timedelta(days=367))
    assert indexing.compare().stale == [product.pk]
    noted()
    for _again in range(2):
        assert let_orders_age.func() == 1
    indexing.apply_changes()
    assert indexing.compare() == indexing.Difference()
    frozen.shift(datetime.timedelta(days=30))
    assert let_orders_age.func() == 0


def test_a_deleted_pack_is_a_change_of_the_product(product):
    variant = variants.add(product, variant="1 kg")
    noted()
    Product.objects.filter(pk=variant.pk).delete()
    assert (Kind.PRODUCT, product.pk) in noted()


# --- taking it in
def test_a_change_of_another_pack_is_taken_in(search, product):
    variant = make_variant(product, price=20_000)
    assert search("price_max=20000").ids == [product.pk]
    StockRecord.objects.filter(product=variant).update(price=30_000)
    indexing.apply_changes()
    assert search("price_max=20000").ids == []
    assert search("price=0-50000&in_stock=1").ids == [product.pk]
    assert indexing.compare() == indexing.Difference()


def test_changes_are_taken_in_once_each_and_forgotten(search, engine, product, monkeypatch):
    assert search("q=tra sen").ids == [product.pk]
    written = []
    write = engine.write
    monkeypatch.setattr(
        engine, "write", lambda documents, gone: (written.extend(documents), write(documents, gone))
    )
    for number in range(10):
        Product.objects.filter(pk=product.pk).update(title=f"Trà nhài {number}")
    assert indexing.apply_changes() == 1
    assert [each.pk for each in written] == [product.pk]
    assert not PendingChange.objects.exists()
    assert search("q=tra nhai").ids == [product.pk]
    assert search("q=tra sen").is_loosened
    assert indexing.apply_changes() == 0


def test_a_closed_stall_takes_its_products_out_and_an_opened_one_brings_them_back(search, engine, product):
    assert search().total == 1
    Partner.objects.update(state=Partner.State.CLOSED)
    indexing.apply_changes()
    assert search().total == 0
    Partner.objects.update(state=Partner.State.OPEN)
    indexing.apply_changes()
    assert search().total == 1


def test_a_renamed_group_reaches_the_products_of_its_sets(search, product):
    assert search("q=provisions").total == 0
    Category.objects.filter(depth=1).update(name_en="Provisions")
    indexing.apply_changes()
    assert search("q=provisions").ids == [product.pk]


def test_what_changes_while_it_is_written_stays_noted(search, engine, product, monkeypatch):
    search()
    write = engine.write

    def write_late(documents, gone):
        Product.objects.filter(pk=product.pk).update(title="Trà nhài")
        monkeypatch.setattr(engine, "write", write)
        write(documents, gone)

    monkeypatch.setattr(engine, "write", write_late)
    Product.objects.filter(pk=product.pk).update(title="Trà cúc")
    indexing.apply_changes()
    assert search("q=trà nhài").ids == [product.pk]


def test_an_index_that_fails_leaves_the_notes(engine, product):
    Product.objects.filter(pk=product.pk).update(title="x")
    with pytest.raises(IndexMissing):
        indexing.apply_changes()
    assert noted() == {(Kind.PRODUCT, product.pk)}


def test_many_changes_are_taken_in_by_building_anew(search, engine, product, monkeypatch):
    search()
    monkeypatch.setattr(indexing, "NOTES", 1)
    monkeypatch.setattr(engine, "write", None)
    for _number in range(6):
        make_product()
    assert indexing.apply_changes() == 7
    assert search().total == 7
    assert not PendingChange.objects.exists()


def test_pages_are_made_anew_once_the_index_has_the_change(search, product):
    search()
    Product.objects.filter(pk=product.pk).update(title="x")
    version = PublicChange.objects.version()
    indexing.apply_changes()
    assert PublicChange.objects.version() > version


def test_a_worker_builds_a_missing_index_and_follows_changes(engine, product, monkeypatch):
    monkeypatch.setattr(indexing, "_follower", indexing._Follower())
    between_tasks.send(sender=None)
    assert dict(engine.stamps()).keys() == {product.pk}
    other = make_product()
    between_tasks.send(sender=None)
    assert dict(engine.stamps()).keys() == {product.pk, other.pk}


# --- building anew, comparing, mending
def test_a_rebuild_that_fails_leaves_the_old_index_live(search, engine, product, monkeypatch):
    search()
    make_product()
    monkeypatch.setattr(document, "BATCH", 1)

    def fail(steps, **_description):
        for number, step in enumerate(steps):
            if number:
                raise OSError(28, "No space left on device")
            yield step

    with pytest.raises(OSError, match="No space"):
        indexing.rebuild(progress=fail)
    assert search().ids == [product.pk]
    assert PendingChange.objects.exists()


def test_a_change_during_a_rebuild_is_taken_in_after_it(engine, product):
    def change(steps, **_description):
        for step in steps:
            Product.objects.filter(pk=product.pk).update(title="Trà nhài")
            yield step

    indexing.rebuild(progress=change)
    assert indexing.compare() == indexing.Difference()


def test_status_tells_the_difference_and_repair_mends_it(search, engine, product, capsys):
    stale, gone = make_product(), make_product()
    search()
    missing = make_product()
    Product.objects.filter(pk=stale.pk).update(title="Trà nhài")
    Product.objects.filter(pk=gone.pk).update(is_public=False)
    difference = indexing.compare()
    assert difference == indexing.Difference([missing.pk], [stale.pk], [gone.pk])
    call_command("search_index", "status")
    assert "1 · " in capsys.readouterr().out
    call_command("search_index", "repair")
    assert indexing.compare() == indexing.Difference()
    assert not PendingChange.objects.exists()


def test_a_product_that_stands_in_the_index_twice_is_told(search, engine, product, monkeypatch):
    search()
    stamps = list(engine.stamps())
    monkeypatch.setattr(engine, "stamps", lambda: iter(2 * stamps))
    assert indexing.compare() == indexing.Difference(stale=[product.pk])


def test_commands_say_what_is_wrong(engine, monkeypatch, capsys):
    with pytest.raises(CommandError):
        call_command("search_index", "status")
    call_command("search_index", "rebuild")
    assert "0" in capsys.readouterr().out
    monkeypatch.setattr("search.engines.index", lambda: None)
    with pytest.raises(CommandError, match="SEARCH_URL"):
        call_command("search_index", "rebuild")


# --- documents
@pytest.mark.parametrize("count", [1, 30])
def test_documents_take_a_fixed_number_of_queries(count, django_assert_num_queries):
    made = [make_product() for _number in range(count)]
    make_variant(made[0])
    products = [product.pk for product in made]
    with django_assert_num_queries(10):
        assert sum(map(len, document.documents(products))) == count
    with django_assert_num_queries(13):
        assert sum(map(len, document.documents())) == count


def test_stock_that_is_counted_anew_is_noted(product):
    take({product.stock_record.pk: 3}, reference="x")
    noted()
    correct(product.stock_record, 5, reference="count")
    assert noted() == {(Kind.PRODUCT, product.pk)}


def test_what_changes_until_when_a_point_has_goods_is_noted():
    record = make_shelf(quantity=10, expires_on=clock.today())
    point, product = record.partner.point, (Kind.PRODUCT, record.product_id)

    def sell(quantity):
        counter.sell(point, [Item(record.pk, quantity)], paid_by="cash", by=By())

    noted()
    sell(2)
    assert noted() == set()
    bring(point, record.product, 5)
    assert noted() == {product}
    reservations.reserve(point, "o-1", [(record.pk, 4, PRICE)])
    assert noted() == {product}
    sell(1)
    assert noted() == {product}


def test_documents_say_until_when_a_point_has_goods_beyond_what_is_reserved():
    today = clock.today()
    record = make_shelf(quantity=10, expires_on=today)
    point = record.partner.point
    bring(point, record.product, 4)

    def until():
        ((document,),) = documents([record.product_id])
        return [each - point.pk * DAYS for each in document.shelves]

    assert until() == [ANY_DAY]
    reservations.reserve(point, "o-1", [(record.pk, 4, PRICE)])
    assert until() == [day_number(today)]
    reservations.reserve(point, "o-2", [(record.pk, 10, PRICE)])
    assert until() == []
