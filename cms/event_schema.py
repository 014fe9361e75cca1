"""An event as schema.org describes it, for search engines."""

from collections.abc import Callable

from cms.pictures import address
from marketplace.events.models import Event
from storefront.structured import SCHEMA


def described(event: Event, absolute: Callable[[str], str]) -> dict | None:
    """What is known of the event, no date more exact than it is; None for one that is made up.

    ``absolute`` makes an address of a path.
    """
    if event.is_fictional:
        return None
    state = "EventCancelled" if event.is_cancelled else "EventScheduled"
    is_online = event.kind == Event.Kind.ONLINE
    mode = "OnlineEventAttendanceMode" if is_online else "OfflineEventAttendanceMode"
    return {
        "@type": "Event",
        "name": event.display_title,
        "description": event.display_intro,
        "url": absolute(event.get_absolute_url()),
        "startDate": _start(event),
        "endDate": event.ends_on.isoformat() if event.ends_on else None,
        "eventStatus": f"{SCHEMA}/{state}",
        "eventAttendanceMode": f"{SCHEMA}/{mode}",
        "location": None if is_online else _place(event),
        "organizer": {"@type": "Organization", "name": event.organiser} if event.organiser else None,
        "image": absolute(address(event.picture)[0]) if event.picture is not None else None,
    }


def _start(event: Event) -> str | None:
    if event.starts_on is None:
        return None
    length = {Event.Precision.YEAR: 4, Event.Precision.MONTH: 7}.get(event.precision, 10)
    return event.starts_on.isoformat()[:length]


def _place(event: Event) -> dict | None:
    if not event.place:
        return None
    region = event.region
    province = region.parent or region if region is not None else None
    known = event.latitude is not None and event.longitude is not None
    return {
        "@type": "Place",
        "name": event.venue or event.place,
        "address": {
            "@type": "PostalAddress",
            "addressLocality": region.name if region is not None and region.parent_id else None,
            "addressRegion": province.name if province is not None else None,
            "addressCountry": "VN",
        },
        "geo": {"@type": "GeoCoordinates", "latitude": event.latitude, "longitude": event.longitude}
        if known
        else None,
    }
