"""Where products lie, for the index: keys and names of every unit, current and former, of a place."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from catalog.models import Product
from marketplace.regions.models import TWO_LEVELS_SINCE, Region, RegionKind, Succession

LABEL_JOINT = "\t"


@dataclass(frozen=True, slots=True)
class Place:
    """A product's place: ``names`` of today and as recorded, ``former_names`` all earlier ones of the land.

    Labels, empty where there is nothing to say: ``province`` has key and name, ``commune`` its province's
    key, its own and its name, ``former`` the commune's key and the other name of the recorded place.
    """

    keys: tuple[str, ...] = ()
    names: str = ""
    former_names: str = ""
    province: str = ""
    commune: str = ""
    former: str = ""


@dataclass(frozen=True, slots=True)
class _Unit:
    pk: int
    key: str
    kind: str
    name: str
    short_name: str
    parent: int | None
    is_former: bool
    valid_to: object
    aliases: str


class Places:
    """Units with what came before them; each pair of places is worked out once."""

    def __init__(self, units: dict[int, _Unit], successions: Iterable[tuple[int, int]]):
        self._units = units
        self._predecessors: dict[int, list[int]] = defaultdict(list)
        for predecessor, successor in successions:
            self._predecessors[successor].append(predecessor)
        self._known: dict[tuple[int | None, int | None], Place] = {}

    @classmethod
    def all(cls) -> "Places":
        """Every unit, in two queries."""
        return cls(_units(Region.objects.all()), _successions(Succession.objects.all()))

    @classmethod
    def of_products(cls, ids: Collection[int]) -> "Places":
        """The units that the places of these products need, in up to eight queries."""
        pairs = Product.objects.filter(pk__in=ids).values_list("region", "recorded_region")
        units = _with_those_above({pk for pair in pairs for pk in pair if pk is not None})
        successions = _successions(Succession.objects.filter(successor__in=units))
        units |= _with_those_above({predecessor for predecessor, _successor in successions})
        return cls(units, successions)

    def of(self, region: int | None, recorded: int | None) -> Place:
        """The place of a product that lies in ``region`` today and was recorded in ``recorded``."""
        pair = (region, recorded)
        if pair not in self._known:
            self._known[pair] = self._place(region, recorded)
        return self._known[pair]

    def _place(self, region: int | None, recorded: int | None) -> Place:
        now = self._chain(region)
        then = self._chain(recorded)
        before = self._before(now[0]) if now else []
        keys = [unit.key for unit in (*now, *then, *before)]
        names = [unit.name for unit in (*now, *then)]
        province = now[-1] if now else None
        commune = now[0] if now and now[0].kind == RegionKind.COMMUNE else None
        return Place(
            keys=tuple(dict.fromkeys(keys)),
            names=" ".join(dict.fromkeys(names)),
            former_names=" ".join(
                dict.fromkeys(text for unit in (*before, *now) for text in (unit.name, unit.aliases) if text)
            ),
            province=_label(province.key, province.name) if province else "",
            commune=_label(province.key, commune.key, commune.name) if commune else "",
            former=_former(commune, then[0]) if commune and then else "",
        )

    def _chain(self, pk: int | None) -> list[_Unit]:
        """A unit and those above it."""
        chain = []
        while pk is not None:
            unit = self._units[pk]
            chain.append(unit)
            pk = unit.parent
        return chain

    def _before(self, unit: _Unit) -> list[_Unit]:
        """The former units of which `RegionQuerySet.within` says that the current unit lies in them."""
        if unit.kind != RegionKind.COMMUNE:
            return []
        found: dict[int, _Unit] = {}
        for predecessor in self._predecessors[unit.pk]:
            for each in self._chain(predecessor):
                if each.is_former and not self._is_merged_province(each):
                    found[each.pk] = each
        for predecessor in self._predecessors[unit.parent] if unit.parent else ():
            each = self._units[predecessor]
            if each.kind == RegionKind.PROVINCE and self._is_merged_province(each):
                found[each.pk] = each
        return list(found.values())

    def _is_merged_province(self, unit: _Unit) -> bool:
        """Whether a former province's land is known by province only: it ended before or after July 2025."""
        return unit.kind == RegionKind.PROVINCE and unit.is_former and unit.valid_to != TWO_LEVELS_SINCE


def _units(regions: QuerySet) -> dict[int, _Unit]:
    rows = regions.values_list(
        *("pk", "key", "kind", "name", "short_name", "parent", "is_former", "valid_to", "aliases")
    )
    return {row[0]: _Unit(*row) for row in rows}


def _with_those_above(pks: set[int]) -> dict[int, _Unit]:
    """The units with their districts and provinces."""
    found = {}
    while pks:
        found |= _units(Region.objects.filter(pk__in=pks))
        pks = {unit.parent for unit in found.values() if unit.parent is not None} - found.keys()
    return found


def _successions(successions: QuerySet) -> list[tuple[int, int]]:
    return list(successions.order_by("pk").values_list("predecessor", "successor"))


def _label(*parts: str) -> str:
    return LABEL_JOINT.join(parts)


def _former(commune: _Unit, then: _Unit) -> str:
    """The commune's key and the former name, where the product was recorded under another than today's."""
    is_other = then.is_former and then.kind == RegionKind.COMMUNE
    if is_other and f" {then.short_name}" not in f" {commune.name}":
        return _label(commune.key, then.short_name)
    return ""
