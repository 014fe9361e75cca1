"""The things that a query names, read from the database: groups, sets, places and the seller."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from catalog.models import Category
from marketplace.core.distance import box_around, kilometres
from marketplace.core.prepared import Prepared
from marketplace.regions.models import Region
from producers.models import Partner, PointOfSale
from search.pins import pinned
from search.query import Near, ProductQuery, Sort

_CATEGORIES = Prepared(
    lambda: Category.objects.filter(is_public=True, ancestors_are_public=True).order_by("path")
)


@dataclass(frozen=True)
class Tree:
    """The groups and their sets, in the order of the decision."""

    groups: tuple[Category, ...] = ()
    sets: dict[int, tuple[Category, ...]] = field(default_factory=dict)

    @classmethod
    def load(cls) -> "Tree":
        """Read all public groups and sets in one query."""
        categories = _CATEGORIES.objects_kept()
        groups = tuple(category for category in categories if category.depth == 1)
        step = Category.steplen
        by_path = {group.path: group.pk for group in groups}
        sets: dict[int, list[Category]] = {group.pk: [] for group in groups}
        for category in categories:
            if category.depth == 2:
                sets[by_path[category.path[:step]]].append(category)
        return cls(groups, {pk: tuple(found) for pk, found in sets.items()})

    def group_of(self, category: Category) -> Category:
        """The group that a set belongs to; of a group itself."""
        return next(group for group in self.groups if category.path.startswith(group.path))

    def totals(self, numbers: Mapping[int, int]) -> dict[int, int]:
        """Numbers by category id, a group's with those of its sets."""
        sums = {category.pk: numbers.get(category.pk, 0) for category in self}
        for group in self.groups:
            sums[group.pk] += sum(sums[each.pk] for each in self.sets[group.pk])
        return sums

    def __iter__(self):
        for group in self.groups:
            yield group
            yield from self.sets[group.pk]


@dataclass(frozen=True)
class Scope:
    """A query with what it names. What it names but is not there is left out of ``query`` and told.

    ``around`` has the keys of the units in the circle that it asks for, ``points_around`` the ids of the
    points of sale in the circle around which it asks for goods; ``pinned`` the ids of products that the
    office has put first for its words.
    """

    query: ProductQuery
    tree: Tree
    groups: tuple[Category, ...] = ()
    sets: tuple[Category, ...] = ()
    regions: tuple[Region, ...] = ()
    producer: Partner | None = None
    around: tuple[str, ...] = ()
    pinned: tuple[int, ...] = ()
    point: PointOfSale | None = None
    points_around: tuple[int, ...] = ()

    @property
    def categories(self) -> list[Category]:
        """Where a product must stand: the chosen sets, and chosen groups that no chosen set narrows."""
        narrowed = {self.tree.group_of(each).pk for each in self.sets}
        whole = [group for group in self.groups if group.pk not in narrowed]
        return [*self.sets, *whole, *(each for group in whole for each in self.tree.sets[group.pk])]

    @property
    def places(self) -> list[Region]:
        """Where a product must come from: chosen places, without provinces that a chosen commune narrows."""
        narrowed = {region.parent_id for region in self.regions if region.is_current}
        return [region for region in self.regions if region.pk not in narrowed]


def resolve(query: ProductQuery, tree: Tree | None = None) -> Scope:
    """Read what a query names: one database query each for tree, places, sellers, pins, if any."""
    tree = tree if tree is not None else Tree.load()
    producer = Partner.objects.public().filter(slug=query.producer).first() if query.producer else None
    around = tuple(units_around(query.near)) if query.near is not None else ()
    first = pinned(query.text) if query.text and query.sort == Sort.RELEVANCE else ()
    named = {
        "producer": producer,
        "around": around,
        "pinned": first,
        "point": _point(query.point) if query.point else None,
        "points_around": points_around(query.sold_near) if query.sold_near is not None else (),
    }
    return _scope(query, tree, _regions(query.region), **named)


def resolve_known(query: ProductQuery, tree: Tree, regions: Mapping[str, Region]) -> Scope:
    """As `resolve`, of places that were read already, by key: asks the database nothing.

    Without sellers, circles and pinned products, which only a page of results has.
    """
    return _scope(query, tree, tuple(regions[key] for key in query.region if key in regions))


def _scope(query: ProductQuery, tree: Tree, regions: tuple[Region, ...], **more) -> Scope:
    by_code = {category.code: category for category in tree}
    groups = _named(query.group, by_code, depth=1)
    sets = _named(query.category, by_code, depth=2)
    producer = more.get("producer")
    kept = {
        "group": tuple(each.code for each in groups),
        "category": tuple(each.code for each in sets),
        "region": tuple(each.key for each in regions),
        "producer": producer.slug if producer else "",
        "point": more["point"].seller.slug if more.get("point") else "",
    }
    lost = [name for name, values in kept.items() if values != getattr(query, name)]
    ignored = tuple(dict.fromkeys((*query.ignored, *lost)))
    return Scope(replace(query, **kept, ignored=ignored), tree, groups, sets, regions, **more)


MOST_POINTS = 1_000
"""Points of sale that one question names: Elasticsearch takes 1,024 parts at least."""


def _point(slug: str) -> PointOfSale | None:
    return PointOfSale.objects.begun().select_related("seller").filter(seller__slug=slug).first()


class _At(NamedTuple):
    latitude: float
    longitude: float


def points_around(near: Near) -> tuple[int, ...]:
    """Ids of the points of sale in the circle that sell already, of very many the nearest ones."""
    middle = _At(near.lat, near.lon)
    box = {f"{name}__range": span for name, span in box_around(middle, near.km).items()}
    rows = PointOfSale.objects.begun().filter(**box).order_by().values_list("pk", "latitude", "longitude")
    distances = sorted((kilometres(_At(*at), middle), pk) for pk, *at in rows)
    return tuple(pk for distance, pk in distances[:MOST_POINTS] if distance <= near.km)


def units_around(near: Near) -> list[str]:
    """Keys of today's units whose centre lies in the circle, the nearest first.

    Products are placed by their commune, so that this is as exact as a distance of each product would be.
    """
    middle = _At(near.lat, near.lon)
    box = {f"{name}__range": span for name, span in box_around(middle, near.km).items()}
    rows = Region.objects.current().filter(**box).values_list("key", "latitude", "longitude")
    distances = [(kilometres(_At(*at), middle), key) for key, *at in rows]
    return [key for distance, key in sorted(distances) if distance <= near.km]


def _named(codes: Iterable[str], by_code: dict[str, Category], depth: int) -> tuple[Category, ...]:
    found = (by_code[code] for code in codes if code in by_code)
    return tuple(category for category in found if category.depth == depth)


def _regions(keys: tuple[str, ...]) -> tuple[Region, ...]:
    if not keys:
        return ()
    found = {region.key: region for region in Region.objects.filter(key__in=keys).labelled()}
    return tuple(found[key] for key in keys if key in found)
