"""What the filter beside a list of products offers, and the chips of what is on."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from catalog.models import Category
from marketplace.core.money import format_number, format_vnd
from marketplace.regions.models import Region
from search.engines import Facets, PlaceCount
from search.query import STARS
from search.scope import Scope
from storefront.groups import short_name

PLACES_SHOWN = 6


@dataclass(frozen=True)
class Choice:
    """One box of the filter: its parameter and value, what it says and how many products it has."""

    name: str
    value: str
    label: str
    count: int
    is_on: bool
    note: str = ""
    is_vietnamese: bool = False
    first: tuple["Choice", ...] = ()
    more: tuple["Choice", ...] = ()

    @property
    def id(self) -> str:
        return f"filter-{self.name}-{self.value}"


@dataclass(frozen=True)
class Chip:
    """A condition that is on, and the address of the list without it."""

    label: str
    url: str
    is_vietnamese: bool = False


def stars(scope: Scope, facets: Facets) -> list[Choice]:
    chosen = scope.query.stars
    return [Choice("stars", str(each), "", facets.stars.get(each, 0), each in chosen) for each in STARS]


def groups(scope: Scope, facets: Facets) -> list[Choice]:
    """All groups; below a chosen one its sets that have products."""
    totals = scope.tree.totals(facets.categories)
    opened = {scope.tree.group_of(each).pk for each in (*scope.groups, *scope.sets)}

    def choice(name: str, category: Category, chosen: Iterable[Category], first=()) -> Choice:
        is_on = category in chosen
        return Choice(name, category.code, short_name(category), totals[category.pk], is_on, first=first)

    def sets(group: Category) -> tuple[Choice, ...]:
        found = [choice("category", each, scope.sets) for each in scope.tree.sets[group.pk]]
        return tuple(each for each in found if each.count or each.is_on)

    return [
        choice("group", group, scope.groups, sets(group) if group.pk in opened else ())
        for group in scope.tree.groups
    ]


def places(scope: Scope, facets: Facets) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    """Provinces, and below a chosen one its communes: those shown at once, and the others."""
    chosen = {region.key for region in scope.regions}
    opened = chosen | {region.parent.key for region in scope.regions if region.parent}

    def choice(place: PlaceCount) -> Choice:
        note = ""
        if place.former:
            note = _("with former %(places)s") % {"places": ", ".join(place.former)}
        first, more = _split(map(choice, place.communes)) if place.key in opened else ((), ())
        is_on = place.key in chosen
        return Choice("region", place.key, place.name, place.count, is_on, note, True, first, more)

    listed = {place.key for province in facets.provinces for place in (province, *province.communes)}
    absent = [
        Choice("region", region.key, capfirst(region.label), 0, True, is_vietnamese=True)
        for region in scope.regions
        if region.key not in listed
    ]
    return _split([*absent, *map(choice, facets.provinces)])


def _split(choices: Iterable[Choice]) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    """The choices that are on and the first others, then the rest."""
    choices = list(choices)
    shown = [each for each in choices if each.is_on or each.first][:PLACES_SHOWN]
    rest = [each for each in choices if each not in shown]
    free = max(PLACES_SHOWN - len(shown), 0)
    kept = {each.id for each in (*shown, *rest[:free])}
    return (
        tuple(each for each in choices if each.id in kept),
        tuple(each for each in choices if each.id not in kept),
    )


def chips(scope: Scope, path: str) -> list[Chip]:
    """The conditions that are on, each with the address that loosens it."""
    query = scope.query

    def chip(label: str, name: str, value=None, is_vietnamese: bool = False) -> Chip:
        return Chip(label, query.without(name, value).url(path), is_vietnamese)

    found = [chip(_("OCOP %(stars)s stars") % {"stars": each}, "stars", each) for each in query.stars]
    found += [chip(short_name(each), "group", each.code) for each in scope.groups]
    found += [chip(each.display_name, "category", each.code) for each in scope.sets]
    found += [chip(_region_label(each), "region", each.key, True) for each in scope.regions]
    if price := _price_label(query.price_min, query.price_max):
        found.append(Chip(price, query.with_(price_min=None, price_max=None).url(path)))
    if scope.producer is not None:
        found.append(chip(scope.producer.name, "producer", is_vietnamese=True))
    if query.in_stock:
        found.append(chip(_("In stock"), "in_stock"))
    return found


def _region_label(region: Region) -> str:
    if region.is_current:
        return region.short_name if region.parent is None else region.name
    return capfirst(region.label)


def _price_label(lowest: int | None, highest: int | None) -> str:
    if lowest is not None and highest is not None:
        return _("%(lowest)s to %(highest)s") % {
            "lowest": format_number(lowest),
            "highest": format_vnd(highest),
        }
    if lowest is not None:
        return _("from %(price)s") % {"price": format_vnd(lowest)}
    if highest is not None:
        return _("up to %(price)s") % {"price": format_vnd(highest)}
    return ""
