"""Writing a delivery table: what contradicts itself is refused, and nobody writes over a colleague."""

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from marketplace.core.models import Activity
from marketplace.regions.models import Region
from marketplace.sales.domain import tables
from marketplace.sales.domain.charge import Zone
from marketplace.sales.domain.tables import WrongTable
from marketplace.sales.models import DeliveryTable
from producers.models import Partner
from tests.factories.catalog import make_member, make_seller
from tests.factories.delivery import make_table, make_zone

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen", "regions")]


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


@pytest.fixture
def seller():
    return make_seller()


@pytest.fixture
def owner(seller):
    return make_member(seller)


def provinces(number: int = 2) -> list[Region]:
    return list(Region.objects.current().provinces().order_by("folded")[:number])


def zone(name: str = "Gần", **fields) -> Zone:
    return Zone.of(make_zone(name, **{"provinces": provinces(1), **fields}))


def test_zones_are_added_changed_and_removed(seller, owner):
    tables.save_zone(seller, zone("  Gần  "), place=None, actor=owner)
    tables.save_zone(seller, zone("Nơi khác", provinces=()), place=None, actor=owner)
    table = tables.save_zone(seller, zone("Rất gần", steps=((100, 0),)), place=0, actor=owner)

    assert [row["name"] for row in table.zones] == ["Rất gần", "Nơi khác"]
    assert Partner.objects.get(pk=seller.pk).delivers_by_zone
    for _zone in range(2):
        tables.remove_zone(seller, place=0, actor=owner)
    assert DeliveryTable.objects.get().zones == []
    assert not Partner.objects.get(pk=seller.pk).delivers_by_zone
    assert Activity.objects.filter(act="delivery_table.saved", actor=owner).count() == 5


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": " "}, "Every zone needs a name."),
        ({"steps": ()}, "Please give at least one weight with its charge."),
        ({"steps": ((500, 10), (500, 20))}, "The weights must grow from line to line."),
        ({"steps": ((900, 10), (500, 20))}, "The weights must grow from line to line."),
        ({"steps": ((0, 10),)}, "The weights must grow from line to line."),
        ({"steps": ((1_000_001, 10),)}, "The weights must grow from line to line."),
        ({"steps": ((500, -1),)}, "A charge is below zero or too high."),
        ({"steps": ((500, 10_000_001),)}, "A charge is below zero or too high."),
        ({"each_grams": 500, "each_charge": 0}, "For what is heavier give both a weight and a charge"),
        ({"each_grams": 0, "each_charge": 500}, "For what is heavier give both a weight and a charge"),
        ({"free_from": 0}, "The sum from which delivery is free must be above zero."),
    ],
)
def test_a_zone_that_makes_no_sense_is_refused(seller, owner, fields, words):
    with pytest.raises(WrongTable, match=words):
        tables.save_zone(seller, zone(**fields), place=None, actor=owner)
    assert not DeliveryTable.objects.exists()


def test_zones_must_not_share_provinces_names_or_the_rest_of_the_country(seller, owner):
    [first, second] = provinces()
    make_table(seller, make_zone("Gần", provinces=[first]), make_zone("Nơi khác"))

    for added, words in [
        (zone("Khác", provinces=[first]), f"{first.name} stands in another zone already."),
        (zone("Gần", provinces=[second]), "Another zone has this name."),
        (zone("Còn lại", provinces=()), "There is a zone for all other provinces already"),
        (zone("Lạ", provinces=[Region(key="p-999")]), "One of the provinces does not exist any more."),
    ]:
        with pytest.raises(WrongTable, match=words):
            tables.save_zone(seller, added, place=None, actor=owner)
    assert len(DeliveryTable.objects.get().zones) == 2


def test_there_are_no_more_than_twelve_zones(seller, owner):
    places = provinces(13)
    make_table(seller, *(make_zone(each.name, provinces=[each]) for each in places[:12]))

    with pytest.raises(WrongTable, match="at most 12 zones"):
        tables.save_zone(seller, zone("Một nữa", provinces=places[12:]), place=None, actor=owner)


def test_who_has_seen_an_older_table_is_told_and_writes_nothing(seller, owner, frozen):
    seen = tables.mark(make_table(seller))
    frozen.shift(1)
    tables.remove_zone(seller, place=0, actor=owner, seen=seen)

    for act in (
        lambda: tables.save_zone(seller, zone(), place=None, actor=owner, seen=seen),
        lambda: tables.remove_zone(seller, place=0, actor=owner, seen=seen),
        lambda: tables.remove_zone(seller, place=0, actor=owner),
    ):
        with pytest.raises(WrongTable, match="Somebody else has changed this table meanwhile"):
            act()
    assert DeliveryTable.objects.get().zones == []


def terms(**fields) -> dict:
    return {
        "flat_charge": 25_000,
        "flat_free_from": None,
        "usual_grams": 700,
        "offers_pickup": True,
        "pickup_place": "Xưởng, 8–17 giờ",
        **fields,
    }


def test_the_flat_charge_and_picking_up(seller, owner):
    tables.save_terms(seller, **terms(), actor=owner)

    table = DeliveryTable.objects.select_related("seller").get()
    assert (table.usual_grams, table.offers_pickup, table.pickup_place) == (700, True, "Xưởng, 8–17 giờ")
    assert (table.seller.delivery_charge, table.seller.free_delivery_from) == (25_000, None)


def test_who_offers_picking_up_says_where(seller, owner):
    with pytest.raises(WrongTable, match="where and when"):
        tables.save_terms(seller, **terms(pickup_place=" "), actor=owner)


def test_the_database_keeps_weights_above_zero(seller):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_table(seller, usual_grams=0)
