"""What the home page shows: goods, villages, stalls and a story, chosen from the data by rule."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count, Exists, Min, OuterRef, Q

from catalog.models import Product, ProductImage
from marketplace.regions.models import Region
from producers.models import Partner, Story
from search import engines
from search.engines import PlaceCount
from search.query import ProductQuery
from search.scope import Tree, resolve
from storefront.cards import Card, cards
from storefront.stall_cards import stall_cards

BEST_STARS = (5, 4)
LOOKED_AT = 240


class Candidate(NamedTuple):
    pk: int
    producer: int
    category: int | None


@dataclass(frozen=True)
class Village:
    """A commune of today with the number of products from it, and one of them for its picture."""

    region: Region
    count: int
    product_id: int

    @property
    def label(self) -> str:
        return self.region.short_name


def best(count: int, tree: Tree) -> list[Card]:
    """Products of four and five stars that can be bought, of as many sets and sellers as there are."""
    query = ProductQuery(stars=BEST_STARS, in_stock=True)
    ids = engines.get().search(resolve(query, tree), LOOKED_AT).ids
    return cards(_varied(_candidates(ids), count), tree)


def best_stalls(count: int, tree: Tree) -> list[Partner]:
    """The stalls that most of the first products that can be bought come from; no fictional ones."""
    ids = engines.get().search(resolve(ProductQuery(in_stock=True), tree), LOOKED_AT).ids
    rows = Product.objects.filter(pk__in=ids, producer__is_fictional=False).values_list("producer")
    numbers = rows.annotate(number=Count("pk")).order_by("-number", "producer")[:count]
    return stall_cards([producer for producer, _number in numbers])


def _candidates(ids: list[int]) -> list[Candidate]:
    pictured = Exists(ProductImage.objects.filter(product=OuterRef("pk")))
    rows = Product.objects.filter(pictured, pk__in=ids).values_list("pk", "producer", "categories")
    place = {pk: number for number, pk in enumerate(ids)}
    return sorted((Candidate(*row) for row in rows), key=lambda each: place[each.pk])


def _varied(candidates: Iterable[Candidate], count: int) -> list[int]:
    """The first of each set and seller, then second ones of each, and so on; no product twice."""
    waiting = list(dict.fromkeys(candidates))
    picked: list[int] = []
    while waiting and len(picked) < count:
        producers: set[int] = set()
        categories: set[int | None] = set()
        left = []
        for each in waiting:
            if each.producer in producers or each.category in categories or len(picked) == count:
                left.append(each)
                continue
            producers.add(each.producer)
            categories.add(each.category)
            if each.pk not in picked:
                picked.append(each.pk)
        waiting = left
    return picked


def villages(count: int, tree: Tree, provinces: Sequence[PlaceCount]) -> tuple[Region | None, list[Village]]:
    """The province with the most products, and its communes with the most."""
    most = next(iter(provinces), None)
    if most is None:
        return None, []
    found = engines.get().search(resolve(ProductQuery(region=(most.key,)), tree), 1).facets.provinces
    communes = next((place.communes for place in found if place.key == most.key), ())[:count]
    keys = [most.key, *(commune.key for commune in communes)]
    regions = {region.key: region for region in Region.objects.labelled().filter(key__in=keys)}
    first = dict(
        Product.objects.listed()
        .filter(region__key__in=keys[1:])
        .values_list("region__key")
        .annotate(first=Min("pk", filter=_pictured()))
        .order_by()
    )
    shown = [Village(regions[each.key], each.count, first.get(each.key)) for each in communes]
    return regions.get(most.key), shown


def _pictured() -> Q:
    return Q(Exists(ProductImage.objects.filter(product=OuterRef("pk"))))


def story() -> Story | None:
    """The story of a product of many stars."""
    return (
        Story.objects.filter(product__in=Product.objects.starred().filter(_pictured()))
        .select_related("product__producer", "product__region__parent")
        .order_by("-product__certification__stars", "pk")
        .first()
    )
