"""What a half-typed search may become: products as the search finds them, sets, places, sellers by name."""

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from django.db.models import Exists, OuterRef, Q, QuerySet

from catalog.models import Product
from marketplace.core import clock
from marketplace.core.prepared import Prepared
from marketplace.core.text import fold
from marketplace.regions.models import Region, RegionKind
from producers.models import Partner
from search import engines
from search.names import called, patterns
from search.query import ProductQuery
from search.scope import Tree, resolve

#: The most of each kind in one list.
PRODUCTS = 5
OTHERS = 2
#: So many letters name a former province or district; what places are does not count.
LETTERS_OF_A_NAME = 4
RANKS = frozenset({"tinh", "thanh", "pho", "thi", "xa", "quan", "huyen"})


class Kind(StrEnum):
    PRODUCT = "product"
    CATEGORY = "category"
    REGION = "region"
    PRODUCER = "producer"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line of the list. ``key`` is the slug, of a region its key; ``note`` says where it is."""

    kind: Kind
    pk: int
    key: str
    label: str
    label_en: str = ""
    note: str = ""


def suggestions(text: str) -> list[Suggestion]:
    """Up to `PRODUCTS` products and `OTHERS` of each other kind, the best first.

    Takes one search and at most five queries.
    """
    words = fold(text).split()
    if not words:
        return []
    tree = Tree.load()
    found = engines.get().search(resolve(ProductQuery(text=text), tree), PRODUCTS)
    return [
        *_products(found.ids),
        *_categories(tree, words),
        *_regions(text),
        *_producers(found.stalls[:OTHERS]),
    ]


def _products(ids: list[int]) -> list[Suggestion]:
    if not ids:
        return []
    named = {
        pk: Suggestion(Kind.PRODUCT, pk, slug, title, title_en, _place(*place))
        for pk, slug, title, title_en, *place in _TITLES.rows(ids=ids)
    }
    return [named[pk] for pk in ids if pk in named]


def _titles(ids: list[int]) -> QuerySet:
    rows = Product.objects.filter(pk__in=ids).order_by()
    return rows.values_list("pk", "slug", "title", "title_en", "region__name", "region__parent__name")


_TITLES = Prepared(_titles, ids=[int])


def _categories(tree: Tree, words: list[str]) -> list[Suggestion]:
    found = [each for each in tree if _fits(words, (each.name, each.name_en))]
    return [Suggestion(Kind.CATEGORY, each.pk, each.slug, each.name, each.name_en) for each in found[:OTHERS]]


def _fits(words: list[str], names: Iterable[str]) -> bool:
    folded = [f" {fold(name)}" for name in names if name]
    return any(all(f" {word}" in name for word in words) for name in folded)


def _regions(text: str) -> list[Suggestion]:
    """Provinces and places with products: today's before former ones, the larger before the smaller.

    Former provinces and districts are looked for by names of their own, and left out where a place of today
    of the same rank, or any for a district, is called so.
    """
    words = fold(text).split()
    letters = sum(len(word) for word in words if word not in RANKS)
    rows = _named(_large_rows if letters >= LETTERS_OF_A_NAME else _region_rows, text)
    called_so = {(kind, short_name) for *_row, short_name, kind, is_former in rows if not is_former}
    kinds = {RegionKind.PROVINCE: [RegionKind.PROVINCE], RegionKind.DISTRICT: list(RegionKind)}

    def is_told(short_name: str, kind: str, is_former: bool) -> bool:
        ranks = kinds.get(kind, ()) if is_former else ()
        return not any((rank, short_name) in called_so for rank in ranks)

    told = [row for row in rows if is_told(*row[-3:])][:OTHERS]
    return [Suggestion(Kind.REGION, pk, key, name, note=above or "") for pk, key, name, above, *_ in told]


def _region_rows(today: datetime.date, **wanted: str) -> QuerySet:
    """Without former provinces and districts."""
    named = called(Region.objects.exclude(kind=RegionKind.DISTRICT), "folded", wanted.values())
    return _in_order(named.filter(Q(kind=RegionKind.PROVINCE, is_former=False) | _has_goods(today)))


def _large_rows(today: datetime.date, **wanted: str) -> QuerySet:
    """With former provinces, and with former districts of which products are known by them."""
    named = called(Region.objects.all(), "folded", wanted.values())
    below = Exists(Product.objects.listed(today).filter(recorded_region__parent=OuterRef("pk")))
    large = Q(kind=RegionKind.PROVINCE) | Q(kind=RegionKind.DISTRICT) & below
    return _in_order(named.filter(large | _has_goods(today)))


def _has_goods(today: datetime.date) -> Q:
    goods = Product.objects.listed(today)
    there, then = (Exists(goods.filter(**{path: OuterRef("pk")})) for path in ("region", "recorded_region"))
    return Q(there) | Q(then)


def _in_order(found: QuerySet) -> QuerySet:
    columns = ("pk", "key", "name", "parent__name", "short_name", "kind", "is_former")
    return found.order_by("is_former", "-kind", "folded", "pk").values_list(*columns)[: OTHERS * 3]


def _producers(ids: Sequence[int]) -> list[Suggestion]:
    if not ids:
        return []
    named = {
        pk: Suggestion(Kind.PRODUCER, pk, slug, name, note=_place(*place))
        for pk, slug, name, *place in _SELLERS.rows(ids=ids)
    }
    return [named[pk] for pk in ids if pk in named]


def _sellers(ids: list[int]) -> QuerySet:
    rows = Partner.objects.public().filter(pk__in=ids).order_by()
    return rows.values_list("pk", "slug", "name", "region__name", "region__parent__name")


_SELLERS = Prepared(_sellers, ids=[int])


def _named(rows: Callable[..., QuerySet], text: str) -> list[tuple]:
    wanted = patterns(text)
    return _prepared(rows, tuple(wanted)).rows(today=clock.today(), **wanted)


@cache
def _prepared(rows: Callable[..., QuerySet], names: tuple[str, ...]) -> Prepared:
    return Prepared(rows, today=datetime.date, **dict.fromkeys(names, str))


def _place(*names: str | None) -> str:
    return ", ".join(filter(None, names))
