"""What delivery costs: by the seller's own table of zones and weights, or by the flat charge.

Pure functions of the seller with its table, the goods and the place; no queries. Sums are whole VND,
weights grams with packing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from marketplace.core.money import format_vnd
from marketplace.regions.models import Region
from marketplace.sales.models import FIXED_WAYS, DeliveryTable, DeliveryWay
from marketplace.sales.models.delivery import USUAL_GRAMS
from producers.models import Partner

GRAMS_PER_KILO = 1000


@dataclass(frozen=True)
class Zone:
    """A group of provinces with one price list; one without provinces is all that no other zone names.

    ``steps`` are pairs of a weight in grams up to which, and the sum in VND for which a parcel goes, the
    lightest first. Above the last step each begun ``each_grams`` cost ``each_charge`` more; with 0 nothing
    more. ``free_from`` is the sum of goods in VND from which the parcel is free, None for never.
    """

    name: str
    provinces: tuple[str, ...]
    steps: tuple[tuple[int, int], ...]
    each_grams: int = 0
    each_charge: int = 0
    free_from: int | None = None

    @classmethod
    def of(cls, row: Mapping) -> "Zone":
        """The zone of a row of ``DeliveryTable.zones``."""
        lists = {"provinces": tuple(row["provinces"]), "steps": tuple(map(tuple, row["steps"]))}
        return cls(**{**row, **lists})

    @property
    def is_elsewhere(self) -> bool:
        """Whether it takes what no other zone names."""
        return not self.provinces

    def price(self, grams: int) -> int:
        """What a parcel of this weight costs before anything is free."""
        for up_to, charge in self.steps:
            if grams <= up_to:
                return charge
        heaviest, charge = self.steps[-1]
        if not self.each_grams:
            return charge
        begun = -(-(grams - heaviest) // self.each_grams)
        return charge + begun * self.each_charge

    def charge(self, goods_total: int, grams: int) -> int:
        """What the buyer pays for a parcel of this weight with goods of this worth."""
        is_free = self.free_from is not None and goods_total >= self.free_from
        return 0 if is_free else self.price(grams)


@dataclass(frozen=True)
class Charge:
    """What delivering one parcel costs, and how that came about.

    ``is_least`` tells that the place is not known yet and the charge may be higher; ``is_served`` is False
    where the seller does not deliver. ``free_from`` is the sum of goods from which this parcel would be free.
    """

    amount: int
    way: str = DeliveryWay.DOOR
    grams: int = 0
    zone: str = ""
    free_from: int | None = None
    is_least: bool = False
    is_served: bool = True

    @property
    def is_free(self) -> bool:
        return self.is_served and not self.is_least and not self.amount

    @property
    def basis(self) -> str:
        """How the charge came about, in the reader's language; empty for a flat one."""
        if self.way == DeliveryWay.PICKUP:
            return _("picked up, no charge")
        if self.way in FIXED_WAYS:
            return _("no charge")
        if not self.zone:
            return ""
        words = {"zone": self.zone, "weight": weight_in_words(self.grams)}
        if self.is_free and self.free_from is not None:
            return _("%(zone)s, free from %(sum)s of goods") % {**words, "sum": format_vnd(self.free_from)}
        return _("%(zone)s, parcel of %(weight)s") % words


@dataclass(frozen=True)
class PriceList:
    """A seller's table as the checkout reads it."""

    seller: Partner

    @cached_property
    def table(self) -> DeliveryTable | None:
        return getattr(self.seller, "delivery_table", None)

    @cached_property
    def zones(self) -> tuple[Zone, ...]:
        return tuple(map(Zone.of, self.table.zones)) if self.table is not None else ()

    @property
    def usual_grams(self) -> int:
        """The weight of one item whose product states none."""
        return self.table.usual_grams if self.table is not None else USUAL_GRAMS

    @property
    def offers_pickup(self) -> bool:
        return self.table is not None and self.table.offers_pickup

    @property
    def ways(self) -> list[DeliveryWay]:
        """The ways that a buyer can choose, the usual one first."""
        return [DeliveryWay.DOOR, DeliveryWay.PICKUP] if self.offers_pickup else [DeliveryWay.DOOR]

    @property
    def serves_everywhere(self) -> bool:
        """Whether no province is left out, as far as the zones say."""
        return not self.zones or any(zone.is_elsewhere for zone in self.zones)

    def zone_of(self, province: Region) -> Zone | None:
        """The zone to which a province of today belongs; None where the seller does not deliver."""
        named = next((zone for zone in self.zones if province.key in zone.provinces), None)
        return named or next((zone for zone in self.zones if zone.is_elsewhere), None)

    def charge(self, way: str, goods_total: int, grams: int, province: Region | None) -> Charge:
        """The charge for one parcel; without a province the least that it can be."""
        if way == DeliveryWay.PICKUP:
            return Charge(0, way=way, grams=grams)
        if not self.zones:
            amount = self.seller.delivery_charge_for(goods_total)
            return Charge(amount, grams=grams, free_from=self.seller.free_delivery_from)
        if province is None:
            return self._least(goods_total, grams)
        zone = self.zone_of(province)
        if zone is None:
            return Charge(0, grams=grams, is_served=False)
        return _in_zone(zone, goods_total, grams)

    def by_zone(self, goods_total: int, grams: int) -> list[Charge]:
        """What the parcel costs in each zone, for a buyer who has not said where."""
        return [_in_zone(zone, goods_total, grams) for zone in self.zones]

    def _least(self, goods_total: int, grams: int) -> Charge:
        charges = self.by_zone(goods_total, grams)
        least = min(charges, key=lambda charge: charge.amount)
        is_one = len(charges) == 1 and self.zones[0].is_elsewhere
        return least if is_one else replace(least, zone="", free_from=None, is_least=True)


def _in_zone(zone: Zone, goods_total: int, grams: int) -> Charge:
    amount = zone.charge(goods_total, grams)
    return Charge(amount, grams=grams, zone=zone.name, free_from=zone.free_from)


def weight_in_words(grams: int) -> str:
    """A weight as people read it: ``800 g``, ``1,2 kg``; decimals as the reader's language writes them."""
    if grams < GRAMS_PER_KILO:
        return f"{grams} g"
    kilos = grams / GRAMS_PER_KILO
    return f"{number_format(f'{kilos:.2f}'.rstrip('0').rstrip('.'))} kg"
