"""Events as iCalendar (RFC 5545), for the calendars of those who come.

Only events whose day is known are in it: a calendar cannot say "some time in February".
"""

import datetime
from collections.abc import Callable, Iterable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from marketplace.core.imports import later
from marketplace.events.models import Event

icalendar = later("icalendar")

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
CONTENT_TYPE = "text/calendar; charset=utf-8"
REFRESHED_EVERY = datetime.timedelta(hours=12)
DAY = datetime.timedelta(days=1)


def has_a_day(event: Event) -> bool:
    """Whether a calendar can show the event."""
    return event.precision == Event.Precision.DAY


def calendar_of(events: Iterable[Event], *, name: str, absolute: Callable[[str], str]) -> bytes:
    """The calendar of these events with ``name``; ``absolute`` makes an address of a path."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", f"-//{settings.OSCAR_SHOP_NAME}//OCOP//VI")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESHED_EVERY, parameters={"VALUE": "DURATION"})
    for event in events:
        if has_a_day(event):
            calendar.add_component(_entry(event, absolute))
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _entry(event: Event, absolute: Callable[[str], str]) -> "icalendar.Event":
    entry = icalendar.Event()
    begins, ends = _span(event)
    entry.add("uid", str(event.uid))
    entry.add("sequence", event.sequence)
    entry.add("dtstamp", event.updated_at)
    entry.add("last-modified", event.updated_at)
    entry.add("status", "CANCELLED" if event.is_cancelled else "CONFIRMED")
    entry.add("summary", event.display_title)
    entry.add("dtstart", begins)
    entry.add("dtend", ends)
    entry.add("url", absolute(event.get_absolute_url()))
    entry.add("categories", [str(event.get_kind_display())])
    for name, value in (("location", event.place), ("description", _description(event))):
        if value:
            entry.add(name, value)
    if event.latitude is not None and event.longitude is not None:
        entry.add("geo", (event.latitude, event.longitude))
    return entry


def _span(event: Event) -> tuple[datetime.date, datetime.date]:
    """Begin and end: whole days, the last one exclusive, or the hours of a day where they are known."""
    last = event.ends_on or event.starts_on
    if event.opens_at and event.closes_at and event.ends_on == event.starts_on:
        return (
            datetime.datetime.combine(event.starts_on, event.opens_at, ZONE),
            datetime.datetime.combine(last, event.closes_at, ZONE),
        )
    return event.starts_on, last + DAY


def _description(event: Event) -> str:
    lines = [event.cancelled_because, event.display_intro]
    if event.opens_at and event.closes_at and event.ends_on != event.starts_on:
        hours = {"opens": time_format(event.opens_at), "closes": time_format(event.closes_at)}
        lines.append(_("Daily from %(opens)s to %(closes)s") % hours)
    if event.ends_on is None:
        lines.append(_("The source names the first day only."))
    return "\n".join(line for line in lines if line)
