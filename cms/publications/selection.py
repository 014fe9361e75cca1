"""Which products a publication has, in which chapters and order: what the editor's blocks mean."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from catalog.models import Category, Product
from catalog.models.certifications import in_force
from cms.blocks.base import chosen
from marketplace.core.text import fold
from marketplace.regions.models import Region
from search.scope import Tree
from storefront.groups import short_name

from .contents import Part

BY_HAND = "by_hand"
BY_CONDITIONS = "by_conditions"


@dataclass(frozen=True)
class Conditions:
    """Every condition that is given must hold; stars count only while they are in force."""

    decision: str = ""
    year: int | None = None
    category: str = ""
    region: str = ""
    stars: tuple[int, ...] = ()

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> "Conditions":
        """As an editor's block keeps them."""
        return cls(
            decision=(value.get("decision") or "").strip(),
            year=value.get("year"),
            category=value.get("category") or "",
            region=value.get("region") or "",
            stars=tuple(map(int, value.get("stars") or ())),
        )

    def select(self) -> QuerySet[Product]:
        """Listed products, those of most stars first, then by name."""
        found = Product.objects.listed()
        if self.decision:
            # Numbers are written in capitals; SQLite knows only those of English.
            numbers = {self.decision, self.decision.upper()}
            found = found.filter(certification__decision_number__in=numbers)
        if self.year:
            found = found.filter(certification__recognised_year=self.year)
        if self.stars:
            found = found.filter(in_force("certification__"), certification__stars__in=self.stars)
        if self.category:
            found = found.filter(categories__in=_within(self.category))
        if self.region:
            found = found.filter(_from(self.region))
        return found.distinct()


@dataclass(frozen=True)
class _Row:
    """What the products are divided and ordered by."""

    pk: int
    title: str
    stars: int
    group: str
    set_name: str
    set_order: str
    province: str
    commune: str
    producer: str

    @property
    def place(self) -> tuple:
        return -self.stars, fold(self.title), self.pk


def parts_of(stored: Iterable[Mapping[str, Any]]) -> list[Part]:
    """The chapters of the stored value of a publication's field; a product stays in its first chapter.

    Empty chapters are left out. Two queries for the divisions, and up to two for each block of conditions.
    """
    blocks = [(block["type"], block["value"]) for block in stored]
    ids = [_ids(kind, value) for kind, value in blocks]
    rows = _rows({pk for found in ids for pk in found})
    parts: list[Part] = []
    taken: set[int] = set()
    for (kind, value), found in zip(blocks, ids, strict=True):
        free = [rows[pk] for pk in dict.fromkeys(found) if pk in rows and pk not in taken]
        if kind == BY_CONDITIONS:
            free.sort(key=lambda row: row.place)
        taken.update(row.pk for row in free)
        parts += _divided(value, free)
    return [part for part in parts if part.products]


def _ids(kind: str, value: Mapping[str, Any]) -> list[int]:
    if kind == BY_HAND:
        return chosen(value.get("products"))
    return list(Conditions.of(value).select().order_by().values_list("pk", flat=True))


def _divided(value: Mapping[str, Any], rows: list[_Row]) -> list[Part]:
    """One chapter, or one for each group, set, place, rank or producer."""
    divide = DIVISIONS.get(value.get("divide") or "")
    if divide is None:
        title = value.get("title") or _("Products")
        return [Part(title, value.get("intro") or "", tuple(row.pk for row in rows))]
    found: dict[tuple, list[_Row]] = {}
    for row in rows:
        found.setdefault(divide(row), []).append(row)
    return [
        Part(title, "", tuple(row.pk for row in found[order, title]))
        for order, title in sorted(found, key=lambda pair: (pair[0] == "", pair))
    ]


def _by_place(name: str) -> tuple[str, str]:
    return fold(name), name or _("Place not known")


#: How products are divided: what a chapter is ordered by, and its title.
DIVISIONS: dict[str, Callable[[_Row], tuple[str, str]]] = {
    "group": lambda row: (row.set_order[: Category.steplen], row.group or _("Other products")),
    "set": lambda row: (row.set_order, row.set_name or _("Other products")),
    "province": lambda row: _by_place(row.province),
    "commune": lambda row: _by_place(row.commune),
    "stars": lambda row: (
        (str(9 - row.stars), _("OCOP %(stars)s stars") % {"stars": row.stars})
        if row.stars
        else ("9", _("Without stars in force"))
    ),
    "producer": lambda row: (fold(row.producer), row.producer or _("Producer not known")),
}


def _within(code: str) -> QuerySet[Category]:
    """A set, or a group with its sets."""
    return Category.objects.filter(path__startswith=_path(code)) if _path(code) else Category.objects.none()


def _path(code: str) -> str:
    return Category.objects.filter(code=code).values_list("path", flat=True).first() or ""


def _from(key: str) -> Q:
    """Products of a place of today or of before; those of a province also where only that is known."""
    region = Region.objects.filter(key=key).first()
    if region is None:
        return Q(pk__in=())
    return Q(region__in=Region.objects.within(region)) | Q(region=region) | Q(recorded_region=region)


def _rows(pks: set[int]) -> dict[int, _Row]:
    tree = Tree.load()
    products = (
        Product.objects.listed()
        .filter(pk__in=pks)
        .select_related("certification", "producer", "region__parent")
        .prefetch_related("categories")
    )
    return {product.pk: _row(product, tree) for product in products}


def _row(product: Product, tree: Tree) -> _Row:
    category, region = product.category, product.region
    province = region.parent if region is not None and region.parent is not None else region
    return _Row(
        pk=product.pk,
        title=product.display_title,
        stars=product.stars or 0,
        group=short_name(tree.group_of(category)) if category is not None else "",
        set_name=category.display_name if category is not None else "",
        set_order=category.path if category is not None else "",
        province=province.name if province is not None else "",
        commune=region.label if region is not None else "",
        producer=product.producer.name if product.producer is not None else "",
    )
