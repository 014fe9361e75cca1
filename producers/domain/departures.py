"""Dates for guests: offering them, changing their places, ending their booking.

Only this module writes departures; their places are stock and change in `producers.domain.stock`. All dates
and times are those of Hà Nội.
"""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from marketplace.core import activity, clock
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from producers.domain import stock
from producers.models import BookingTerms, Departure, StockRecord
from producers.models.departures import MOST_PLACES

MOST_AHEAD = 550
"""Days from today up to which dates are offered: a year and a half; what lies behind was mistyped."""
MOST_AT_ONCE = 200
"""Dates that one series adds."""


class DateRefused(Refused):
    """The date cannot be offered like this; nothing changed."""


class PlacesTooFew(Refused):
    """Fewer places than are booked; nothing changed."""

    def __init__(self, booked: int):
        self.booked = booked
        super().__init__(
            _("%(booked)s places are booked; there cannot be fewer. Cancel bookings first.")
            % {"booked": booked}
        )


@dataclass(frozen=True)
class Series:
    """Days on which guests are received: those of some weekdays (Monday is 0) from one day to another."""

    first: datetime.date
    last: datetime.date
    weekdays: frozenset[int]

    @property
    def days(self) -> list[datetime.date]:
        """Those of them that have not passed."""
        start = max(self.first, clock.today())
        span = (self.last - start).days + 1
        every = (start + datetime.timedelta(days=number) for number in range(max(span, 0)))
        return [day for day in every if day.weekday() in self.weekdays]


def terms_of(product_id: int) -> BookingTerms:
    """How the product can be booked; the usual terms, not saved, where the seller has set none."""
    saved = BookingTerms.objects.filter(product=product_id).first()
    return saved or BookingTerms(product_id=product_id)


@transaction.atomic
def set_terms(terms: BookingTerms, *, actor: User | None = None) -> None:
    """Save the terms of a product; the booking of its coming dates ends as they say from now on."""
    terms.save()
    records = StockRecord.objects.filter(product=terms.product_id, departure__closed_at=None)
    coming = records.filter(departure__day__gte=clock.today()).select_related("departure").order_by("pk")
    locked = list(coming.select_for_update(of=("self",)))
    for record in locked:
        record.bookable_until = _ends(record.departure, terms)
    StockRecord.objects.bulk_update(locked, ["bookable_until"])
    stock.keep_bookable([terms.product_id])
    activity.record(
        "booking_terms.set",
        terms.product,
        actor=actor,
        counted_in=terms.counted_in,
        least=terms.least,
        most=terms.most,
        notice_hours=terms.notice_hours,
    )


@transaction.atomic
def add(
    record: StockRecord,
    days: Collection[datetime.date],
    starts: datetime.time | None,
    capacity: int,
    *,
    actor: User | None = None,
) -> list[Departure]:
    """Offer the product on these days; days that it is offered on at this time already are left alone.

    ``record`` is the product's own, whose price the dates have. Returns the new ones; raises ``DateRefused``.
    """
    _check_days(days)
    _check_capacity(capacity)
    own = StockRecord.objects.select_for_update().get(pk=record.pk)
    there = Departure.objects.filter(product=own.product_id, day__in=days, starts=starts)
    known = set(there.values_list("day", flat=True))
    made = Departure.objects.bulk_create(
        Departure(product_id=own.product_id, day=day, starts=starts, capacity=capacity)
        for day in sorted(set(days) - known)
    )
    if not made:
        return []
    _open_records(own, made, actor)
    activity.record(
        "departures.added",
        own.product,
        actor=actor,
        days=[each.day.isoformat() for each in made],
        starts=starts.isoformat("minutes") if starts else "",
        capacity=capacity,
    )
    return made


@transaction.atomic
def set_capacity(departure: Departure, capacity: int, *, actor: User | None = None) -> None:
    """Change how many places a date has; raises ``PlacesTooFew`` below what is booked."""
    _check_capacity(capacity)
    record = StockRecord.objects.select_for_update().get(departure=departure)
    before = Departure.objects.values_list("capacity", flat=True).get(pk=departure.pk)
    booked = before - record.net_stock_level
    if capacity < booked:
        raise PlacesTooFew(booked)
    if capacity == before:
        return
    Departure.objects.filter(pk=departure.pk).update(capacity=capacity)
    # Places of guests who have been there left the shelf with them, so only the difference counts.
    counted = record.num_in_stock + capacity - before
    stock.correct(record, counted, reference=f"departure {departure.pk}", actor=actor)
    departure.refresh_from_db()
    activity.record("departure.resized", departure, actor=actor, before=before, capacity=capacity)


@transaction.atomic
def close(departure: Departure, *, reason: str, actor: User | None = None) -> None:
    """End the booking of a date; who has booked stays booked (`marketplace.sales.domain.call_off`)."""
    record = StockRecord.objects.select_for_update().get(departure=departure)
    closed = Departure.objects.filter(pk=departure.pk, closed_at=None).update(
        closed_at=clock.now(), closing_reason=reason
    )
    if closed:
        _set_end(record, None)
        activity.record("departure.closed", departure, actor=actor, reason=reason)
    departure.refresh_from_db()


@transaction.atomic
def reopen(departure: Departure, *, actor: User | None = None) -> None:
    """Take bookings for a closed date again; raises ``DateRefused`` for one that has passed."""
    _check_days([departure.day])
    record = StockRecord.objects.select_for_update().get(departure=departure)
    opened = (
        Departure.objects.filter(pk=departure.pk)
        .exclude(closed_at=None)
        .update(closed_at=None, closing_reason="")
    )
    departure.refresh_from_db()
    if opened:
        _set_end(record, _ends(departure, terms_of(departure.product_id)))
        activity.record("departure.reopened", departure, actor=actor)


def _set_end(record: StockRecord, end: datetime.datetime | None) -> None:
    StockRecord.objects.filter(pk=record.pk).update(bookable_until=end)
    stock.keep_bookable([record.product_id])


def _ends(departure: Departure, terms: BookingTerms) -> datetime.datetime:
    """The moment at which the booking of a date ends."""
    return departure.begins_at - datetime.timedelta(hours=terms.notice_hours)


def _open_records(own: StockRecord, made: list[Departure], actor: User | None) -> None:
    """A stock record for each new date, with its places on the shelf."""
    terms = terms_of(own.product_id)
    records = StockRecord.objects.bulk_create(
        StockRecord(
            product_id=own.product_id,
            partner_id=own.partner_id,
            partner_sku=f"date-{departure.pk}",
            price_currency=own.price_currency,
            price=own.price,
            departure=departure,
            bookable_until=_ends(departure, terms),
        )
        for departure in made
    )
    places = {record.pk: record.departure.capacity for record in records}
    stock.receive_many(places, reference=f"dates of product {own.product_id}", actor=actor)


def _check_days(days: Collection[datetime.date]) -> None:
    today = clock.today()
    furthest = today + datetime.timedelta(days=MOST_AHEAD)
    if not days:
        raise DateRefused(_("No day from today on fits."))
    if min(days) < today:
        raise DateRefused(_("%(day)s has passed.") % {"day": _written(min(days))})
    if max(days) > furthest:
        raise DateRefused(_("Dates can be offered up to %(day)s.") % {"day": _written(furthest)})
    if len(days) > MOST_AT_ONCE:
        raise DateRefused(
            _("These are %(number)s dates; at most %(most)s can be added at once.")
            % {"number": len(days), "most": MOST_AT_ONCE}
        )


def _check_capacity(capacity: int) -> None:
    if not 1 <= capacity <= MOST_PLACES:
        raise DateRefused(_("A date has from 1 to %(most)s places.") % {"most": MOST_PLACES})


def _written(day: datetime.date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")
