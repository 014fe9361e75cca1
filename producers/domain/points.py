"""Points of sale: entered in the register, changed, closed with a date, opened again."""

import datetime
from collections.abc import Mapping

from django.db import transaction
from django.db.models import Avg
from django.utils.translation import gettext as _

from marketplace.core import activity, clock
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.core.text import slugify
from marketplace.regions.models import Region
from producers.domain import reservations
from producers.models import Partner, PointOfSale
from producers.models.points import RESERVED_SLUGS

LONGEST_SLUG = 130
State = Partner.State


class NotClosed(Refused):
    """Only a point that is closed, or will be, can be opened again."""


class AlreadyClosed(Refused):
    """The point has its last day behind it."""


@transaction.atomic
def register(point: PointOfSale, seller: Mapping[str, object], *, actor: User | None = None) -> PointOfSale:
    """Enter a point in the register, open to buyers.

    ``seller`` are its name, place and other fields of `Partner`. A point without a position of its own is
    put in the middle of its place and marked as approximate.
    """
    slug = free_slug(str(seller["name"]))
    point.seller = Partner.objects.create(kind=Partner.Kind.POINT, slug=slug, code=slug, **seller)
    put_in_place(point)
    point.save()
    activity.record("point.registered", point, actor=actor)
    return point


@transaction.atomic
def change(point: PointOfSale, seller: Mapping[str, object], *, actor: User | None = None) -> PointOfSale:
    """Keep what was changed of a point and of its seller; its address on the site stays."""
    for name, value in seller.items():
        setattr(point.seller, name, value)
    point.seller.save()
    put_in_place(point)
    point.save()
    if point.last_day is not None:
        reservations.end_with(point, actor=actor)
    activity.record("point.changed", point, actor=actor)
    return point


@transaction.atomic
def close(point: PointOfSale, *, on: datetime.date, reason: str, actor: User | None = None) -> None:
    """Let a point be open for the last time on a day, which may lie ahead; it keeps nothing for longer.

    Raises `AlreadyClosed`, and `Refused` without a reason or for a day before it opened.
    """
    if not reason.strip():
        raise Refused(_("Please say why it closes: the register keeps it."))
    if point.opened_on and on < point.opened_on:
        raise Refused(_("It closes before it opens."))
    open_ones = PointOfSale.objects.public().filter(pk=point.pk)
    if not open_ones.update(last_day=on):
        raise AlreadyClosed(_("This point is closed already."))
    point.last_day = on
    if on < clock.today():
        _set_state(point, State.CLOSED)
    reservations.end_with(point, actor=actor)
    activity.record("point.closed", point, actor=actor, on=on.isoformat(), reason=reason)


@transaction.atomic
def reopen(point: PointOfSale, *, actor: User | None = None) -> None:
    """Open a point again, without a last day. Raises `NotClosed`."""
    held = PointOfSale.objects.select_related("seller").select_for_update(of=("self",)).get(pk=point.pk)
    if held.last_day is None and held.seller.is_open:
        raise NotClosed(_("This point is open."))
    PointOfSale.objects.filter(pk=point.pk).update(last_day=None)
    point.last_day = None
    _set_state(point, State.OPEN)
    activity.record("point.reopened", point, actor=actor)


def put_in_place(point: PointOfSale) -> None:
    """Give a point without a position of its own the middle of its place, as exact as that is known."""
    if point.latitude is not None and not point.is_approximate:
        return
    place = point.seller.recorded_region or point.seller.region
    point.latitude, point.longitude = middle_of(place) if place is not None else (None, None)
    point.is_approximate = point.latitude is not None


def middle_of(region: Region) -> tuple[float | None, float | None]:
    """Latitude and longitude of the middle of a place's communes of today."""
    found = Region.objects.within(region).aggregate(north=Avg("latitude"), east=Avg("longitude"))
    if found["north"] is None:
        return None, None
    return round(found["north"], 5), round(found["east"], 5)


def free_slug(name: str) -> str:
    """A slug for a seller of this name that nobody has and no other address needs."""
    base = slugify(name)[:LONGEST_SLUG].strip("-")
    taken = set(Partner.objects.filter(slug__startswith=base).values_list("slug", flat=True)) | RESERVED_SLUGS
    taken |= set(Partner.objects.filter(code__startswith=base).values_list("code", flat=True))
    slug, number = base, 1
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


def _set_state(point: PointOfSale, state: str) -> None:
    Partner.objects.filter(pk=point.seller_id).update(state=state)
    point.seller.state = state
