"""What a half-typed search may become: products, producers, sets and places, from the database.

For engines without an index of their own; marks are folded when rows are written.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Case, IntegerField, Q, Value, When

from catalog.models import Category, Product
from marketplace.core.text import fold
from marketplace.regions.models import Region, RegionKind
from producers.models import Partner

#: The most of each kind in one list.
PRODUCTS = 5
OTHERS = 2


class Kind(StrEnum):
    PRODUCT = "product"
    CATEGORY = "category"
    REGION = "region"
    PRODUCER = "producer"


@dataclass(frozen=True)
class Suggestion:
    """One line of the list. ``key`` is the slug, of a region its key; ``note`` says where it is."""

    kind: Kind
    pk: int
    key: str
    label: str
    label_en: str = ""
    note: str = ""


def from_database(text: str) -> list[Suggestion]:
    """Up to `PRODUCTS` products and `OTHERS` of each other kind, the best first, in four queries."""
    words = fold(text).split()
    if not words:
        return []
    return [*_products(words), *_categories(words), *_regions(words), *_producers(words)]


def _products(words: list[str]) -> list[Suggestion]:
    place = Case(
        When(folded__startswith=" ".join(words), then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    found = Product.objects.listed().filter(_all("folded", words)).annotate(place=place)
    ordered = found.order_by("place", "-certification__stars", "pk")
    rows = ordered.values_list("pk", "slug", "title", "title_en", "region__name", "region__parent__name")
    return [
        Suggestion(Kind.PRODUCT, pk, slug, title, title_en, ", ".join(filter(None, place)))
        for pk, slug, title, title_en, *place in rows[:PRODUCTS]
    ]


def _categories(words: list[str]) -> list[Suggestion]:
    categories = Category.objects.filter(is_public=True, ancestors_are_public=True).order_by("path")
    found = (each for each in categories if _fits(words, (each.name, each.name_en)))
    return [
        Suggestion(Kind.CATEGORY, each.pk, each.slug, each.name, each.name_en)
        for each, _place in zip(found, range(OTHERS), strict=False)
    ]


def _fits(words: list[str], names: Iterable[str]) -> bool:
    folded = [f" {fold(name)}" for name in names if name]
    return any(all(f" {word}" in name for word in words) for name in folded)


def _regions(words: list[str]) -> list[Suggestion]:
    """Places with products: today's before former ones, a province before a commune of the same name."""
    goods = Product.objects.listed()
    lying = Q()
    for path in ("region", "region__parent", "recorded_region"):
        lying |= Q(pk__in=goods.exclude(**{path: None}).values(path))
    named = Region.objects.filter(_all("folded", words)).exclude(kind=RegionKind.DISTRICT)
    found = named.filter(lying).order_by("is_former", "-kind", "folded", "pk")
    rows = found.values_list("pk", "key", "name", "parent__name")[:OTHERS]
    return [Suggestion(Kind.REGION, pk, key, name, note=above or "") for pk, key, name, above in rows]


def _producers(words: list[str]) -> list[Suggestion]:
    goods = Product.objects.listed().exclude(producer=None).values("producer")
    named = Partner.objects.public().filter(_all("folded_name", words))
    found = named.filter(pk__in=goods).order_by("name", "pk")
    rows = found.values_list("pk", "slug", "name", "region__name", "region__parent__name")[:OTHERS]
    return [
        Suggestion(Kind.PRODUCER, pk, slug, name, note=", ".join(filter(None, place)))
        for pk, slug, name, *place in rows
    ]


def _all(field: str, words: list[str]) -> Q:
    """Every word begins a word of the field."""
    condition = Q()
    for word in words:
        condition &= Q(**{f"{field}__startswith": word}) | Q(**{f"{field}__contains": f" {word}"})
    return condition
