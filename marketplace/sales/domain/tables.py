"""Writing a seller's delivery table: the flat charge, picking up, and zones of provinces by weight.

What is saved holds for whatever is ordered from then on. Every act names the `mark` of the table that the
person had in view, so that two members of a team do not write over each other.
"""

from collections.abc import Sequence
from dataclasses import asdict, replace

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core import activity
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.core.text import nfc
from marketplace.regions.models import Region
from marketplace.sales.domain.charge import Zone
from marketplace.sales.models import DeliveryTable
from producers.models import Partner

MOST_ZONES = 12
MOST_STEPS = 6
HEAVIEST = 1_000_000
"""Grams of a parcel for which a step can be set."""

DEAREST = 10_000_000
"""VND that a parcel can cost."""


class WrongTable(Refused):
    """The table would contradict itself, or has changed meanwhile; nothing was saved."""


def table_of(seller: Partner) -> DeliveryTable:
    """The seller's table, or an unsaved one with what holds without any."""
    return DeliveryTable.objects.filter(seller=seller).first() or DeliveryTable(seller=seller)


def mark(table: DeliveryTable) -> str:
    """Changes whenever the table is saved."""
    return str(table.saved_at.timestamp()) if table.pk else ""


@transaction.atomic
def save_terms(
    seller: Partner,
    *,
    flat_charge: int,
    flat_free_from: int | None,
    usual_grams: int,
    offers_pickup: bool,
    pickup_place: str,
    actor: User,
    is_prepaid_only: bool = False,
    seen: str | None = None,
) -> DeliveryTable:
    """What holds for all parcels: the flat charge, the usual weight, picking up, no cash at the door.

    Raises `WrongTable`.
    """
    table = _locked(seller, seen)
    if offers_pickup and not nfc(pickup_place):
        raise WrongTable(_("Please say where and when buyers can pick up."))
    table.usual_grams, table.offers_pickup, table.pickup_place = usual_grams, offers_pickup, nfc(pickup_place)
    Partner.objects.filter(pk=seller.pk).update(
        delivery_charge=flat_charge, free_delivery_from=flat_free_from, is_prepaid_only=is_prepaid_only
    )
    return _saved(table, actor)


@transaction.atomic
def save_zone(
    seller: Partner, zone: Zone, *, place: int | None, actor: User, seen: str | None = None
) -> DeliveryTable:
    """Put the zone at a place of the table, counted from 0, or add it. Raises `WrongTable`."""
    table = _locked(seller, seen)
    rows = list(table.zones)
    tidy = asdict(replace(zone, name=nfc(zone.name)))
    if place is None:
        rows.append(tidy)
    else:
        _require(rows, place)
        rows[place] = tidy
    _check([Zone.of(row) for row in rows])
    table.zones = rows
    return _saved(table, actor)


@transaction.atomic
def remove_zone(seller: Partner, *, place: int, actor: User, seen: str | None = None) -> DeliveryTable:
    """Take a zone out of the table; without any zone the flat charge holds again. Raises `WrongTable`."""
    table = _locked(seller, seen)
    _require(table.zones, place)
    table.zones = [row for position, row in enumerate(table.zones) if position != place]
    return _saved(table, actor)


def _locked(seller: Partner, seen: str | None) -> DeliveryTable:
    """The table, while nobody else can write it."""
    Partner.objects.select_for_update(no_key=True).get(pk=seller.pk)
    table = table_of(seller)
    if seen is not None and seen != mark(table):
        raise _changed_meanwhile()
    return table


def _saved(table: DeliveryTable, actor: User) -> DeliveryTable:
    table.save()
    Partner.objects.filter(pk=table.seller_id).update(delivers_by_zone=bool(table.zones))
    activity.record(
        "delivery_table.saved", table.seller, actor=actor, zones=table.zones, pickup=table.offers_pickup
    )
    return table


def _require(rows: Sequence, place: int) -> None:
    if not 0 <= place < len(rows):
        raise _changed_meanwhile()


def _changed_meanwhile() -> WrongTable:
    return WrongTable(_("Somebody else has changed this table meanwhile. Open it again and compare."))


def _check(zones: Sequence[Zone]) -> None:
    if len(zones) > MOST_ZONES:
        raise WrongTable(_("A table has at most %(number)s zones.") % {"number": MOST_ZONES})
    if sum(zone.is_elsewhere for zone in zones) > 1:
        raise WrongTable(_("There is a zone for all other provinces already: choose provinces for this one."))
    if len({zone.name for zone in zones}) < len(zones):
        raise WrongTable(_("Another zone has this name."))
    _check_provinces(zones)
    for zone in zones:
        _check_zone(zone)


def _check_provinces(zones: Sequence[Zone]) -> None:
    named = [key for zone in zones for key in zone.provinces]
    twice = next((key for key in named if named.count(key) > 1), None)
    if twice is not None:
        province = Region.objects.filter(key=twice).first()
        raise WrongTable(_("%(province)s stands in another zone already.") % {"province": province})
    if Region.objects.current().provinces().filter(key__in=named).count() != len(named):
        raise WrongTable(_("One of the provinces does not exist any more. Please choose again."))


def _check_zone(zone: Zone) -> None:
    weights = [grams for grams, _charge in zone.steps]
    charges = [*(charge for _grams, charge in zone.steps), zone.each_charge]
    if not zone.name:
        raise WrongTable(_("Every zone needs a name."))
    if not weights or len(weights) > MOST_STEPS:
        raise WrongTable(_("Please give at least one weight with its charge."))
    if weights != sorted(set(weights)) or weights[0] <= 0 or weights[-1] > HEAVIEST:
        raise WrongTable(_("The weights must grow from line to line."))
    if min(charges) < 0 or max(charges) > DEAREST or zone.each_grams < 0:
        raise WrongTable(_("A charge is below zero or too high."))
    if bool(zone.each_grams) != bool(zone.each_charge):
        raise WrongTable(_("For what is heavier give both a weight and a charge, or neither."))
    if zone.free_from is not None and zone.free_from <= 0:
        raise WrongTable(_("The sum from which delivery is free must be above zero."))
