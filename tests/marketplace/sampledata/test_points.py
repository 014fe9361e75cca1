"""The demo's points of sale: each with its source, a place of today and no more than is known."""

import pytest

from marketplace.regions.models import Region
from marketplace.sampledata.points import load_points
from producers.models import OpeningHours, PointOfSale

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("regions")]


def test_all_are_brought_in_once_with_places_of_today_and_sources():
    assert load_points(with_illustrative=True) == 59
    assert load_points(with_illustrative=True) == 0

    found = PointOfSale.objects.select_related("seller__region__parent")
    of_ha_noi = [each for each in found if "Hà Nội" in each.seller.region.label]
    assert len(of_ha_noi) == 33
    assert all(each.seller.region.is_current for each in found)
    assert [each.name for each in found if not each.seller.source_url] == ["Điểm bán minh hoạ"]
    assert all(each.is_approximate and each.latitude for each in found)


def test_without_the_illustrative_one_outside_the_demo():
    assert load_points(with_illustrative=False) == 58
    assert not PointOfSale.objects.filter(seller__is_fictional=True).exists()


def test_dates_and_hours_are_as_exact_as_the_source():
    load_points(with_illustrative=False)

    night_market = PointOfSale.objects.get(seller__name__contains="chợ đêm Sơn Trà")
    assert {(f"{each.opens_at:%H:%M}", f"{each.closes_at:%H:%M}") for each in night_market.hours.all()} == {
        ("18:00", "00:00")
    }
    assert OpeningHours.objects.values("point").distinct().count() == 2
    biggreen = PointOfSale.objects.get(seller__name__contains="Biggreen")
    assert (biggreen.opened_on, biggreen.opened_year) == (None, 2022)
    assert Region.objects.get(pk=biggreen.seller.recorded_region_id).name == "Phường Định Công"
