import datetime

import pytest
from django.utils.translation import override
from icalendar import Calendar

from marketplace.events.calendar import calendar_of
from marketplace.events.models import Event
from tests.factories.catalog import make_region
from tests.factories.events import make_event

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def day(text):
    return datetime.date.fromisoformat(text)


def read(*events):
    with override("vi"):
        body = calendar_of(events, name="Sự kiện", absolute=lambda path: f"https://shop.example{path}")
    calendar = Calendar.from_ical(body)
    return calendar, calendar.walk("VEVENT")


def test_days_are_whole_and_the_end_is_the_day_after():
    event = make_event(
        title="Hội chợ, làng nghề; 2026",
        starts_on=day("2026-12-04"),
        ends_on=day("2026-12-08"),
        venue="Sân đình",
        region=make_region("Xã Bát Tràng"),
        intro="Dòng một\nDòng hai",
    )
    calendar, [entry] = read(event)
    assert (entry["dtstart"].dt, entry["dtend"].dt) == (day("2026-12-04"), day("2026-12-09"))
    assert entry["dtstart"].params["VALUE"] == "DATE"
    assert str(entry["summary"]) == "Hội chợ, làng nghề; 2026"
    assert str(entry["location"]) == "Sân đình, Xã Bát Tràng, Thái Nguyên"
    assert str(entry["description"]) == "Dòng một\nDòng hai"
    assert str(entry["url"]) == f"https://shop.example{event.get_absolute_url()}"
    assert str(entry["uid"]) == str(event.uid)
    assert str(entry["status"]) == "CONFIRMED"
    assert calendar["method"] == "PUBLISH"


def test_one_day_with_its_hours_is_in_the_time_of_ha_noi():
    event = make_event(
        starts_on=day("2026-12-04"),
        ends_on=day("2026-12-04"),
        opens_at=datetime.time(8, 30),
        closes_at=datetime.time(17),
    )
    calendar, [entry] = read(event)
    assert entry["dtstart"].dt.isoformat() == "2026-12-04T08:30:00+07:00"
    assert entry["dtend"].dt.isoformat() == "2026-12-04T17:00:00+07:00"
    assert entry["dtstart"].params["TZID"] == "Asia/Ho_Chi_Minh"
    assert [str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")] == ["Asia/Ho_Chi_Minh"]


def test_a_cancelled_event_says_so_and_a_change_counts_up():
    event = make_event(state=Event.State.CANCELLED, cancelled_because="Mưa lớn", sequence=3)
    _calendar, [entry] = read(event)
    assert (str(entry["status"]), entry["sequence"]) == ("CANCELLED", 3)
    assert "Mưa lớn" in str(entry["description"])


def test_what_has_no_day_is_left_out():
    events = [
        make_event(precision=Event.Precision.MONTH, booths=None),
        make_event(precision=Event.Precision.UNKNOWN, booths=None),
        make_event(),
    ]
    _calendar, entries = read(*events)
    assert [str(entry["uid"]) for entry in entries] == [str(events[2].uid)]


def test_lines_are_folded_and_end_as_the_standard_asks():
    body = calendar_of(
        [make_event(title="Tuần hàng tư vấn, giới thiệu và xúc tiến tiêu thụ sản phẩm OCOP " * 2)],
        name="Sự kiện",
        absolute=str,
    )
    lines = body.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert max(map(len, lines)) <= 75
