"""From the place names of a source to the unit that they meant and the unit of today."""

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum

from marketplace.regions.domain.placenames import folded_key, marked_key, readings
from marketplace.regions.models import TWO_LEVELS_SINCE, Region, RegionKind, Succession


class Certainty(StrEnum):
    """How surely `current` is the place.

    `split_default` is the likeliest of several: the recorded commune was divided, or it lay in
    another district than the one named, so its recorded name should stand beside today's.
    """

    EXACT = "exact"
    SPLIT_DEFAULT = "split_default"
    PROVINCE_ONLY = "province_only"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Resolution:
    """`region`: the most exact unit as recorded, former or current. `current`: today's unit."""

    region: Region | None
    current: Region | None
    certainty: Certainty


UNKNOWN = Resolution(None, None, Certainty.UNKNOWN)


def resolve(commune="", district="", province="", on=None):
    """One place; for many rows keep a `Resolver`, which reads all units once."""
    return Resolver().resolve(commune, district, province, on)


class Resolver:
    """All units in memory (two queries, no more), to resolve as many places as wanted.

    Regions that it hands out carry their parents, so `label` and `name_en` cost nothing.
    """

    def __init__(self):
        self._regions = {region.pk: region for region in Region.objects.order_by("key")}
        self._children = defaultdict(list)
        self._by_code = defaultdict(list)
        for region in self._regions.values():
            if region.parent_id:
                region.parent = self._regions[region.parent_id]
                self._children[region.parent_id].append(region)
            self._by_code[region.kind, region.code].append(region)
        self._heirs = defaultdict(list)
        self._predecessors = defaultdict(list)
        for link in Succession.objects.order_by("-is_default", "pk"):
            self._heirs[link.predecessor_id].append(link)
            self._predecessors[link.successor_id].append(self._regions[link.predecessor_id])
        self._names = {}
        self._provinces = [r for r in self._regions.values() if r.kind == RegionKind.PROVINCE]
        self._districts = [r for r in self._regions.values() if r.kind == RegionKind.DISTRICT]
        self._answers = {}
        self._provinces_called = {}

    def region(self, pk):
        """The region with a primary key."""
        return self._regions[pk]

    def resolve(self, commune="", district="", province="", on=None):
        """What a source means by its place names, with or without unit words and marks.

        `on`: the day or about the day at which the source wrote, where it is known: the same name
        meant one place before 1 July 2025 and another since. Without it a district in the source
        means the old units, no district the units of today.
        """
        asked = (commune or "", district or "", province or "", on)
        if asked not in self._answers:
            self._answers[asked] = self._resolve(*asked)
        return self._answers[asked]

    def _resolve(self, commune, district, province, on):
        if province not in self._provinces_called:
            named = self._best(self._provinces, province)
            self._provinces_called[province] = named, self._three_level_scopes(named)
        named, scopes = self._provinces_called[province]
        if not named and not province.strip():
            return self._without_province(commune, district)
        if not named:
            return UNKNOWN
        district_found = self._first_in(scopes, district)
        if district_found:
            return self._in_district(commune, district_found)
        if not district.strip():
            found = self._commune_of_province(commune, named, scopes, on)
            if found:
                return self._of_commune(found)
        recorded = self._province_as_of(named, on)
        return Resolution(recorded, self._now(recorded), Certainty.PROVINCE_ONLY)

    def _without_province(self, commune, district):
        """Only a district whose name occurs once in the country says which place is meant."""
        district_found = self._one(self._districts, district)
        return self._in_district(commune, district_found) if district_found else UNKNOWN

    def _in_district(self, commune, district):
        communes = self._children[district.pk]
        found = self._one(communes, commune)
        if not found and not self._best(communes, commune):
            found = self._one(self._communes_now_in(district), commune)
        if found:
            return self._of_commune(found)
        moved = self._moved_commune(commune, district)
        if moved:
            return Resolution(moved, self._now(moved), Certainty.SPLIT_DEFAULT)
        current = self._now(district)
        # An island district without communes is one special zone now.
        is_whole = current.kind == RegionKind.COMMUNE
        return Resolution(district, current, Certainty.EXACT if is_whole else Certainty.PROVINCE_ONLY)

    def _moved_commune(self, commune, district):
        """A commune that boundaries between districts passed by: the only one in the province
        that is called exactly so, and none of that name in the district."""
        if self._best(self._children[district.pk], commune):
            return None
        communes = [
            child
            for unit in self._by_code[RegionKind.PROVINCE, district.parent.code]
            if unit.is_former
            for other in self._districts_in(unit)
            for child in self._children[other.pk]
        ]
        found = self._one(communes, commune)
        exact = found and any(self._names_of(found).fits_marked(way) for way in readings(commune))
        return found if exact else None

    def _commune_of_province(self, commune, named, scopes, on):
        """The commune of that name, of the level system in force at the time, else of the other."""
        today = [
            child
            for province in named
            if province.is_current
            for unit in (province, *self._two_level_stages(province))
            for child in self._children[unit.pk]
        ]
        former = [
            child for district in (scopes[0] if scopes else ()) for child in self._children[district.pk]
        ]
        systems = [former, today] if on and on < TWO_LEVELS_SINCE else [today, former]
        for communes in systems:
            found = self._one(communes, commune)
            if found:
                return self._as_of(found, on)
        return None

    def _of_commune(self, region):
        is_split = any(link.is_split for link in self._heirs[region.pk])
        certainty = Certainty.SPLIT_DEFAULT if is_split else Certainty.EXACT
        return Resolution(region, self._now(region), certainty)

    def _three_level_scopes(self, named):
        """Districts in which to look, in this order: those of the province that bore the name,
        then those of the provinces that were merged into today's province of the name."""
        own, merged = [], []
        for province in named:
            if province.is_current:
                merged += [r for r in self._predecessors[province.pk] if r.kind == RegionKind.PROVINCE]
            else:
                own += [r for r in self._by_code[RegionKind.PROVINCE, province.code] if r.is_former]
        return [
            [child for province in provinces for child in self._districts_in(province)]
            for provinces in (own, merged)
            if provinces
        ]

    def _districts_in(self, province):
        return [r for r in self._children[province.pk] if r.kind == RegionKind.DISTRICT]

    def _communes_now_in(self, district):
        heirs = (
            self._regions[link.successor_id]
            for child in self._children[district.pk]
            for link in self._heirs[child.pk]
        )
        return list({heir.pk: heir for heir in heirs}.values())

    def _two_level_stages(self, region):
        """What a unit of today was called since 1 July 2025, before its last change."""
        return [r for r in self._predecessors[region.pk] if r.code == region.code and r.valid_from]

    def _province_as_of(self, named, on):
        current = [r for r in named if r.is_current]
        former = [r for r in named if r.is_former]
        if on and on < TWO_LEVELS_SINCE:
            three_levels = [r for r in former if r.valid_from is None]
            return (three_levels or current or former)[0]
        return self._as_of((current or former)[0], on)

    def _as_of(self, region, on):
        if on and region.is_current:
            for stage in self._two_level_stages(region):
                if stage.valid_from <= on < stage.valid_to:
                    return stage
        return region

    def _now(self, region):
        if region.is_current:
            return region
        return self._regions[self._heirs[region.pk][0].successor_id]

    def _first_in(self, scopes, text):
        return next((found for scope in scopes if (found := self._one(scope, text))), None)

    def _one(self, regions, text):
        """The only unit that the text can mean, or None; the later of two stages of one unit."""
        best = self._best(regions, text)
        for level in (Region.is_current.fget, _ended_on_known_day):
            chosen = [region for region in best if level(region)]
            if chosen:
                return chosen[0] if len(chosen) == 1 else None
        return best[0] if len(best) == 1 else None

    def _names_of(self, region):
        if region.pk not in self._names:
            self._names[region.pk] = _Names(region)
        return self._names[region.pk]

    def _best(self, regions, text):
        """Units that fit a text best: by marks, else without marks, else by another name."""
        ways = readings(text)
        for fits in (_Names.fits_marked, _Names.fits_folded, _Names.fits_alias):
            for way in ways:
                found = [region for region in regions if fits(self._names_of(region), way)]
                of_type = [region for region in found if region.unit_type in way.unit_types]
                if of_type or found:
                    return of_type or found
        return []


def _ended_on_known_day(region):
    return region.valid_to is not None


class _Names:
    """The names of one region, made ready for comparing."""

    __slots__ = ("aliases", "folded", "marked")

    def __init__(self, region):
        self.marked = marked_key(region.short_name)
        self.folded = folded_key(region.short_name)
        self.aliases = frozenset(region.aliases.split())

    def fits_marked(self, reading):
        return self.marked == reading.marked

    def fits_folded(self, reading):
        return self.folded == reading.folded

    def fits_alias(self, reading):
        return reading.folded in self.aliases
