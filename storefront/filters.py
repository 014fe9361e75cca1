"""What the filter beside a list of products offers, and the chips of what is on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from catalog.models import Category
from marketplace.core.money import format_number, format_vnd
from marketplace.core.prepared import Prepared
from marketplace.regions.models import Region
from producers.models import Partner
from search.engines import PlaceCount, Results
from search.query import BANDS, PRICE_BANDS, STARS, Band, Near, ProductQuery
from search.scope import Scope
from storefront.groups import short_name

#: How many choices stand in the open, and how many more a fold may hold.
SHOWN = 6
FOLDED = 30
YEARS_SHOWN = 4
NEARBY_KM = 30


@dataclass(frozen=True, slots=True)
class Choice:
    """One box of the filter: its parameter and value, what it says and how many products it has.

    ``count`` is None where nothing was counted.
    """

    name: str
    value: str
    label: str
    count: int | None
    is_on: bool
    note: str = ""
    is_vietnamese: bool = False
    below: "Choices | None" = None

    @property
    def id(self) -> str:
        return f"filter-{self.name}-{self.value}"


@dataclass(frozen=True, slots=True)
class Choices:
    """Choices of one kind: those in the open, those in the fold, and how many have no room in it."""

    shown: tuple[Choice, ...]
    more: tuple[Choice, ...] = ()
    left_out: int = 0

    def __bool__(self) -> bool:
        return bool(self.shown)


@dataclass(frozen=True, slots=True)
class Chip:
    """A condition that is on, the query without it and the address of that."""

    label: str
    without: ProductQuery
    url: str
    is_vietnamese: bool = False


def _split(choices: Iterable[Choice], shown: int = SHOWN) -> Choices:
    """The choices that are on and the first others in the open, in the order given, then the fold."""
    choices = list(choices)
    on = [each for each in choices if each.is_on or each.below]
    others = [each for each in choices if not (each.is_on or each.below)]
    free = max(shown - len(on), 0)
    kept = {each.value for each in (*on, *others[:free])}
    rest = [each for each in choices if each.value not in kept]
    return Choices(
        tuple(each for each in choices if each.value in kept), tuple(rest[:FOLDED]), len(rest[FOLDED:])
    )


def _seller_rows(pks: list[int]) -> QuerySet:
    return Partner.objects.filter(pk__in=pks).order_by().values_list("pk", "slug", "name")


_SELLERS = Prepared(_seller_rows, pks=[int])


class Panel:
    """The filter of one list of products; a group of choices is made when it is shown."""

    def __init__(self, scope: Scope, results: Results):
        self.scope = scope
        self.query = scope.query
        self.facets = results.facets
        self.total = results.total
        self.counts = not results.is_degraded

    def hidden(self) -> list[tuple[str, str]]:
        """Parameters of the address that no control of the panel sends."""
        return [pair for pair in self.query.pairs() if pair[0] in ("q", "sort", "near", "point", "sold_near")]

    def _count(self, number: int) -> int | None:
        return number if self.counts else None

    def _choice(self, name: str, value: object, label: str, count: int, **more) -> Choice:
        is_on = value in getattr(self.query, name)
        return Choice(name, str(value), label, self._count(count), is_on, **more)

    def _worth_showing(self, choices: Iterable[Choice]) -> Iterator[Choice]:
        return (each for each in choices if each.is_on or each.count or not self.counts)

    def stars(self) -> list[Choice]:
        return [self._choice("stars", each, str(each), self.facets.stars.get(each, 0)) for each in STARS]

    def groups(self) -> list[Choice]:
        """All groups; below a chosen one its sets that have products."""
        tree = self.scope.tree
        totals = tree.totals(self.facets.categories)
        opened = {tree.group_of(each).pk for each in (*self.scope.groups, *self.scope.sets)}

        def choice(name: str, category: Category, below: Choices | None = None) -> Choice:
            return self._choice(name, category.code, short_name(category), totals[category.pk], below=below)

        def sets(group: Category) -> Choices:
            return Choices(
                tuple(self._worth_showing(choice("category", each) for each in tree.sets[group.pk]))
            )

        return [choice("group", group, sets(group) if group.pk in opened else None) for group in tree.groups]

    def places(self) -> Choices:
        """Provinces, and below a chosen one its communes."""
        regions = self.scope.regions
        chosen = {region.key for region in regions}
        opened = chosen | {region.parent.key for region in regions if region.parent}

        def choice(place: PlaceCount) -> Choice:
            note = ""
            if place.former:
                note = _("with former %(places)s") % {"places": ", ".join(place.former)}
            below = _split(map(choice, place.communes)) if place.key in opened else None
            return self._choice(
                "region",
                place.key,
                place.name,
                place.count,
                note=note,
                is_vietnamese=True,
                below=below or None,
            )

        provinces = self.facets.provinces
        listed = {place.key for province in provinces for place in (province, *province.communes)}
        absent = [
            self._choice("region", region.key, capfirst(region.label), 0, is_vietnamese=True)
            for region in regions
            if region.key not in listed
        ]
        return _split([*absent, *map(choice, provinces)])

    def around(self) -> tuple[str, ProductQuery] | None:
        """The one chosen place and the query for what comes from around it, where its position is known."""
        places = self.scope.places
        if len(places) != 1 or places[0].latitude is None or self.query.near is not None:
            return None
        place = places[0]
        near = Near(round(place.latitude, 4), round(place.longitude, 4), NEARBY_KM)
        return place.short_name, self.query.with_(region=(), near=near)

    def prices(self) -> list[Choice]:
        """Bands of prices that have products."""
        bands = (
            self._choice("price", band.key, _band_label(band), self.facets.prices.get(band.key, 0))
            for band in PRICE_BANDS
        )
        return list(self._worth_showing(bands))

    def in_stock(self) -> int | None:
        return self._count(self.facets.in_stock)

    def sellers(self) -> Choices:
        """The sellers with the most products, one of whom can be chosen."""
        counted = self.facets.producers
        found = [
            Choice("producer", slug, name, counted[pk], slug == self.query.producer, is_vietnamese=True)
            for pk, slug, name in (_SELLERS.rows(pks=list(counted)) if counted else ())
        ]
        found.sort(key=lambda each: (-each.count, each.label))
        chosen = self.scope.producer
        if chosen is not None and chosen.slug not in {each.value for each in found}:
            found.append(
                Choice("producer", chosen.slug, chosen.name, self._count(0), True, is_vietnamese=True)
            )
        return _split(found)

    def years(self) -> Choices:
        """Years of recognition that have products, the newest first."""
        years = sorted({*self.facets.years, *self.query.year}, reverse=True)
        return _split(
            (self._choice("year", year, str(year), self.facets.years.get(year, 0)) for year in years),
            YEARS_SHOWN,
        )


def chips(scope: Scope, path: str) -> list[Chip]:
    """The conditions that are on, each with the list that lets it go."""
    query = scope.query

    def chip(label: str, without: ProductQuery, is_vietnamese: bool = False) -> Chip:
        return Chip(label, without, without.url(path), is_vietnamese)

    found = [
        chip(_("OCOP %(stars)s stars") % {"stars": each}, query.without("stars", each))
        for each in query.stars
    ]
    found += [chip(short_name(each), query.without("group", each.code)) for each in scope.groups]
    found += [chip(each.display_name, query.without("category", each.code)) for each in scope.sets]
    found += [chip(_region_label(each), query.without("region", each.key), True) for each in scope.regions]
    if query.near is not None:
        found.append(chip(_near_label(query.near), query.without("near")))
    found += [chip(_band_label(BANDS[each]), query.without("price", each)) for each in query.price]
    if price := _price_label(query.price_min, query.price_max):
        found.append(chip(price, query.with_(price_min=None, price_max=None)))
    found += [
        chip(_("recognised in %(year)s") % {"year": each}, query.without("year", each)) for each in query.year
    ]
    if scope.producer is not None:
        found.append(chip(scope.producer.name, query.without("producer"), True))
    if scope.point is not None:
        found.append(chip(_("at %(point)s") % {"point": scope.point.name}, query.without("point"), True))
    if query.sold_near is not None:
        words = _("sold at points %(place)s") % {"place": _near_label(query.sold_near)}
        found.append(chip(words, query.without("sold_near")))
    if query.in_stock:
        found.append(chip(_("In stock"), query.without("in_stock")))
    return found


def _region_label(region: Region) -> str:
    if region.is_current:
        return region.short_name if region.parent is None else region.name
    return capfirst(region.label)


def _near_label(near: Near) -> str:
    return _("within %(km)s km of %(lat)s, %(lon)s") % {"km": near.km, "lat": near.lat, "lon": near.lon}


def _band_label(band: Band) -> str:
    """A band as people say it: the sum under which it ends is not in it."""
    if not band.low:
        return _("under %(price)s") % {"price": format_vnd(band.high)}
    return _price_label(band.low, band.high)


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
