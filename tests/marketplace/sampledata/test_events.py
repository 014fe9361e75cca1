import csv

import pytest

from marketplace.events.models import BoothRegistration, Event
from marketplace.sampledata.events import EVENTS, load_events

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("regions", "frozen")]


def test_real_events_are_loaded_once_with_their_sources_and_as_exact_as_they_are_known():
    assert load_events(with_illustrative=True) == 40
    assert load_events(with_illustrative=True) == 0
    real = Event.objects.filter(is_fictional=False)
    assert real.count() == 39
    assert not real.filter(source_url="").exists()
    assert {event.precision for event in real} == {"day", "month", "year", "unknown"}
    market = real.get(title="Không gian Tết OCOP 2026, xã Ô Diên")
    assert (market.precision, market.starts_on.isoformat(), market.booths) == ("month", "2026-02-01", 60)
    assert market.region.name == "Xã Ô Diên"
    van_dien = real.get(venue="Đường Nguyễn Bặc")
    assert van_dien.recorded_region.name == "Thị trấn Văn Điển"
    assert not van_dien.region.is_former
    assert not BoothRegistration.objects.exists()


def test_the_illustrative_event_takes_registrations_and_says_what_it_is():
    load_events(with_illustrative=True)
    event = Event.objects.get(is_fictional=True)
    assert event.is_open_for_registration
    assert event.programme.count() == 3
    assert "hư cấu" in event.intro


def test_without_the_demo_only_real_events_are_loaded():
    assert load_events(with_illustrative=False) == 39
    assert not Event.objects.filter(is_fictional=True).exists()


def test_what_the_office_changed_stays():
    load_events(with_illustrative=False)
    Event.objects.filter(slug="hoi-cho-ocop-quang-ninh-tai-ha-noi").update(venue="Nơi khác")
    load_events(with_illustrative=False)
    assert Event.objects.get(slug="hoi-cho-ocop-quang-ninh-tai-ha-noi").venue == "Nơi khác"


def test_every_row_has_a_source_and_an_english_title():
    with EVENTS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 39
    assert all(row["source_url"].startswith("http") and row["title_en"] for row in rows)
