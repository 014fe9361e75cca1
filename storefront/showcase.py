"""What the home page shows: goods, villages, stalls and a story, chosen from the data by rule."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count, Exists, F, Min, OuterRef, Q

from catalog.models import Product, ProductImage
from marketplace.regions.models import Region
from producers.models import Story
from search.scope import Tree
from storefront.cards import Card, cards

BEST_STARS = (5, 4)
LOOKED_AT = 400


class Candidate(NamedTuple):
    pk: int
    producer: int
    category: int | None
    stars: int


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
    return cards(_varied(_candidates(), count), tree)


def _candidates() -> list[Candidate]:
    rows = (
        Product.objects.starred()
        .for_sale()
        .filter(
            Exists(ProductImage.objects.filter(product=OuterRef("pk"))), certification__stars__in=BEST_STARS
        )
        .filter(stockrecords__num_in_stock__gt=F("stockrecords__num_allocated"))
        .order_by("-certification__stars", "-certification__started_on", "-pk")
        .values_list("pk", "producer", "categories", "certification__stars")[:LOOKED_AT]
    )
    return [Candidate(*row) for row in rows]


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


def villages(count: int) -> tuple[Region | None, list[Village]]:
    """The province with the most products, and its communes with the most; two queries."""
    rows = list(
        Product.objects.listed()
        .filter(region__parent__isnull=False)
        .values_list("region", "region__parent")
        .annotate(number=Count("pk"), first=Min("pk", filter=_pictured()))
        .order_by("-number", "region")
    )
    if not rows:
        return None, []
    numbers: dict[int, int] = {}
    for _region, province, number, _first in rows:
        numbers[province] = numbers.get(province, 0) + number
    most = max(numbers, key=lambda province: (numbers[province], -province))
    chosen = [row for row in rows if row[1] == most][:count]
    regions = Region.objects.labelled().in_bulk([row[0] for row in chosen])
    found = [Village(regions[region], number, first) for region, _province, number, first in chosen]
    return found[0].region.parent, found


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
