"""Writing a seller's delivery table: zones of provinces with steps of weight, and picking up."""

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
MOST_STEPS = 8
HEAVIEST = 1_000_000
"""Grams of a parcel for which a step can be set."""

DEAREST = 10_000_000
"""VND that a parcel can cost."""


class WrongTable(Refused):
    """The zones contradict each other; nothing was saved."""


@transaction.atomic
def save(
    seller: Partner,
    *,
    zones: Sequence[Zone],
    usual_grams: int,
    offers_pickup: bool,
    pickup_place: str,
    flat_charge: int,
    flat_free_from: int | None,
    actor: User,
    seen: str | None = None,
) -> DeliveryTable:
    """Replace the seller's table; it holds for whatever is ordered from now on.

    ``seen`` is the `mark` of the table that the person had in view, None for whatever there is. Raises
    `WrongTable` for zones that contradict each other, and where somebody else has saved meanwhile.
    """
    locked = Partner.objects.select_for_update().get(pk=seller.pk)
    before = DeliveryTable.objects.filter(seller=locked).first()
    if seen is not None and seen != mark(before):
        raise WrongTable(_("Somebody else has changed this table meanwhile. Open it again and compare."))
    tidy = [replace(zone, name=nfc(zone.name)) for zone in zones]
    _check(tidy)
    if offers_pickup and not nfc(pickup_place):
        raise WrongTable(_("Please say where and when buyers can pick up."))
    table, _created = DeliveryTable.objects.update_or_create(
        seller=locked,
        defaults={
            "zones": [asdict(zone) for zone in tidy],
            "usual_grams": usual_grams,
            "offers_pickup": offers_pickup,
            "pickup_place": nfc(pickup_place),
        },
    )
    Partner.objects.filter(pk=locked.pk).update(
        delivery_charge=flat_charge, free_delivery_from=flat_free_from, delivers_by_zone=bool(tidy)
    )
    activity.record("delivery_table.saved", locked, actor=actor, zones=len(tidy), pickup=offers_pickup)
    return table


def mark(table: DeliveryTable | None) -> str:
    """Changes whenever the table is saved."""
    return "" if table is None else str(table.saved_at.timestamp())


def _check(zones: Sequence[Zone]) -> None:
    if len(zones) > MOST_ZONES:
        raise WrongTable(_("A table has at most %(number)s zones.") % {"number": MOST_ZONES})
    if sum(zone.is_elsewhere for zone in zones) > 1:
        raise WrongTable(_("Only one zone can be everywhere else: choose provinces for the others."))
    if zones and len({zone.name for zone in zones}) < len(zones):
        raise WrongTable(_("Two zones have the same name."))
    _check_provinces(zones)
    for zone in zones:
        _check_zone(zone)


def _check_provinces(zones: Sequence[Zone]) -> None:
    named = [key for zone in zones for key in zone.provinces]
    twice = sorted({key for key in named if named.count(key) > 1})
    if twice:
        province = Region.objects.filter(key=twice[0]).first()
        raise WrongTable(_("%(province)s stands in two zones.") % {"province": province or twice[0]})
    known = Region.objects.current().provinces().filter(key__in=named).count()
    if known != len(named):
        raise WrongTable(_("One of the provinces does not exist any more. Please choose again."))


def _check_zone(zone: Zone) -> None:
    words = {"zone": zone.name}
    weights = [grams for grams, _charge in zone.steps]
    if not zone.name:
        raise WrongTable(_("Every zone needs a name."))
    if not weights or len(weights) > MOST_STEPS:
        raise WrongTable(_("Zone “%(zone)s” needs a weight and a charge.") % words)
    if weights != sorted(set(weights)) or weights[0] <= 0 or weights[-1] > HEAVIEST:
        raise WrongTable(_("The weights of zone “%(zone)s” must grow from step to step.") % words)
    sums = [*(charge for _grams, charge in zone.steps), zone.each_charge, zone.free_from or 0]
    if min(sums) < 0 or max(sums[:-1]) > DEAREST or zone.each_grams < 0:
        raise WrongTable(_("A charge of zone “%(zone)s” is too high or below zero.") % words)
    if bool(zone.each_grams) != bool(zone.each_charge):
        raise WrongTable(
            _("Zone “%(zone)s”: what is heavier needs both a weight and a charge, or neither.") % words
        )
