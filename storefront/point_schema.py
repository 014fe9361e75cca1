"""A point of sale as schema.org describes it, for search engines."""

from collections.abc import Callable

from producers.models import PointOfSale
from producers.models.points import Weekday
from storefront.structured import SCHEMA

_DAYS = {day: f"{SCHEMA}/{day.name.title()}" for day in Weekday}


def described(point: PointOfSale, absolute: Callable[[str], str]) -> dict | None:
    """What is known of it; None for one that is closed or made up, no position where it is only approximate.

    ``absolute`` makes an address of a path.
    """
    if not point.is_public or point.seller.is_fictional:
        return None
    return {
        "@type": "Store",
        "name": point.name,
        "url": absolute(point.get_absolute_url()),
        "telephone": point.seller.phone,
        "parentOrganization": {"@type": "Organization", "name": point.operator} if point.operator else None,
        "address": _address(point),
        "geo": _position(point),
        "openingHoursSpecification": _hours(point),
    }


def _address(point: PointOfSale) -> dict:
    region = point.seller.region
    province = region.parent or region if region is not None else None
    return {
        "@type": "PostalAddress",
        "streetAddress": point.address,
        "addressLocality": region.name if region is not None and region.parent_id else None,
        "addressRegion": province.name if province is not None else None,
        "addressCountry": "VN",
    }


def _position(point: PointOfSale) -> dict | None:
    if point.latitude is None or point.is_approximate:
        return None
    return {"@type": "GeoCoordinates", "latitude": point.latitude, "longitude": point.longitude}


def _hours(point: PointOfSale) -> list[dict]:
    week = [_span(each, dayOfWeek=_DAYS[Weekday(each.weekday)]) for each in point.hours.all()]
    special = [
        _span(each, validFrom=each.first_day, validThrough=each.last_day) for each in point.coming_exceptions
    ]
    return [*week, *special]


def _span(each, **about: object) -> dict:
    """A span of hours; a day that is closed opens and closes at midnight, as search engines want it."""
    opens, closes = (f"{time:%H:%M}" if time else "00:00" for time in (each.opens_at, each.closes_at))
    return {"@type": "OpeningHoursSpecification", "opens": opens, "closes": closes, **about}
