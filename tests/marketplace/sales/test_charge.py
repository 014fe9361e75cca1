"""What delivery costs: steps of weight, zones of provinces, free above a sum, picked up."""

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from marketplace.regions.models import Region
from marketplace.sales.domain.charge import Charge, PriceList, Zone, weight_in_words
from marketplace.sales.models import DeliveryTable
from producers.models import Partner

HA_NOI, HUE, CA_MAU = (Region(key=key, name=key) for key in ("p-01", "p-46", "p-96"))

NEAR = {
    "name": "Hà Nội",
    "provinces": ["p-01"],
    "steps": [[500, 15_000], [2_000, 22_000]],
    "each_grams": 500,
    "each_charge": 3_000,
    "free_from": 300_000,
}
FAR = {
    "name": "Miền Trung",
    "provinces": ["p-46"],
    "steps": [[1_000, 35_000]],
    "each_grams": 0,
    "each_charge": 0,
    "free_from": None,
}
ELSEWHERE = {**FAR, "name": "Nơi khác", "provinces": [], "steps": [[1_000, 50_000]]}


def prices(*zones: dict, **fields) -> PriceList:
    seller = Partner(delivery_charge=30_000, free_delivery_from=500_000)
    if zones or fields:
        seller.delivery_table = DeliveryTable(seller=seller, zones=list(zones), **fields)
    return PriceList(seller)


@pytest.mark.parametrize(
    ("grams", "charge"),
    [
        (1, 15_000),
        (500, 15_000),
        (501, 22_000),
        (2_000, 22_000),
        # Each begun half kilo above the last step.
        (2_001, 25_000),
        (2_500, 25_000),
        (2_501, 28_000),
        (10_000, 70_000),
    ],
)
def test_the_charge_follows_the_weight(grams, charge):
    assert Zone.of(NEAR).price(grams) == charge


def test_without_a_charge_for_what_is_heavier_the_last_step_holds():
    assert Zone.of(FAR).price(90_000) == 35_000


@pytest.mark.parametrize(("goods", "charge"), [(299_999, 22_000), (300_000, 0), (900_000, 0)])
def test_delivery_is_free_from_the_zones_sum(goods, charge):
    assert Zone.of(NEAR).charge(goods, 1_200) == charge


@pytest.mark.parametrize(
    ("province", "charge"),
    [
        (HA_NOI, Charge(22_000, grams=800, zone="Hà Nội", free_from=300_000)),
        (HUE, Charge(35_000, grams=800, zone="Miền Trung")),
        (CA_MAU, Charge(50_000, grams=800, zone="Nơi khác")),
    ],
)
def test_each_province_has_the_charge_of_its_zone_and_the_others_that_of_elsewhere(province, charge):
    assert prices(NEAR, FAR, ELSEWHERE).charge("door", 120_000, 800, province) == charge


def test_a_province_that_no_zone_names_is_not_served():
    charge = prices(NEAR, FAR).charge("door", 120_000, 800, CA_MAU)

    assert not charge.is_served
    assert not prices(NEAR, FAR).serves_everywhere
    assert prices(NEAR, ELSEWHERE).serves_everywhere


def test_as_long_as_the_place_is_not_known_the_least_is_shown_and_called_so():
    charge = prices(NEAR, FAR).charge("door", 120_000, 800, None)

    assert (charge.amount, charge.is_least, charge.zone) == (22_000, True, "")
    assert not prices(ELSEWHERE).charge("door", 120_000, 800, None).is_least


@pytest.mark.parametrize("table", [prices(), prices(usual_grams=200)])
def test_without_zones_the_flat_charge_holds_everywhere(table):
    assert [table.charge("door", goods, 9_000, CA_MAU).amount for goods in (499_999, 500_000)] == [30_000, 0]
    assert not table.charge("door", 1_000, 100, None).is_least


def test_picking_up_costs_nothing_where_it_is_offered():
    offered = prices(NEAR, offers_pickup=True)

    assert offered.ways == ["door", "pickup"]
    assert offered.charge("pickup", 1_000, 100, CA_MAU) == Charge(0, way="pickup", grams=100)
    assert prices(NEAR).ways == ["door"]


def test_the_charge_says_how_it_came_about():
    table = prices(NEAR, FAR)
    with override("en"):
        assert [
            table.charge("door", 120_000, 1_250, HA_NOI).basis,
            table.charge("door", 300_000, 1_250, HA_NOI).basis,
            table.charge("pickup", 120_000, 1_250, HA_NOI).basis,
            prices().charge("door", 120_000, 1_250, HA_NOI).basis,
        ] == [
            "Hà Nội, parcel of 1.25 kg",
            "Hà Nội, free from 300.000\xa0₫ of goods",
            "picked up, no charge",
            "",
        ]


def test_weights_are_written_as_the_reader_writes_decimals():
    with override("vi"):
        assert [weight_in_words(grams) for grams in (1, 999, 1_000, 1_250, 12_500)] == [
            "1 g",
            "999 g",
            "1 kg",
            "1,25 kg",
            "12,5 kg",
        ]


@given(grams=st.integers(1, 200_000), more=st.integers(0, 50_000), goods=st.integers(0, 299_999))
def test_what_is_heavier_never_costs_less(grams, more, goods):
    zone = Zone.of(NEAR)
    assert zone.charge(goods, grams) <= zone.charge(goods, grams + more)
