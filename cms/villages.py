"""Craft villages with the goods that the catalogue has of them today."""

from dataclasses import dataclass

from django.db.models import Count, Min, QuerySet
from django.urls import reverse
from django.utils.translation import get_language

from catalog.models import Product, ProductImage
from cms.models import VillageIndex, VillagePage
from marketplace.regions.models import Region
from search.query import ProductQuery
from search.scope import Tree
from storefront.cards import Card, Picture, cards
from storefront.pictures import first_pictures
from storefront.stall_cards import stall_cards

GOODS = 12
STALLS = 6


@dataclass(frozen=True)
class Village:
    """A village in the list and on the map of its province."""

    page: VillagePage
    region: Region
    label: str
    count: int
    picture: ProductImage | None


@dataclass(frozen=True)
class Province:
    """A province with its villages; ``places`` is what the dot map takes."""

    region: Region
    villages: list[Village]

    @property
    def places(self) -> list[dict]:
        return [{"region": village.region, "label": village.label} for village in self.villages]


def by_province(index: VillageIndex) -> list[Province]:
    """The villages below a list, by province, those with the most villages first: four queries."""
    pages = list(
        VillagePage.objects.live()
        .public()
        .child_of(index)
        .select_related("region__parent", "former_region", "picture")
        .order_by("path")
    )
    goods = _goods_by_place(pages)
    pictures = first_pictures(first for _count, first in goods.values() if first is not None)
    provinces: dict[int, Province] = {}
    for page in pages:
        count, first = goods.get(page.pk, (0, None))
        above = page.region.parent or page.region
        province = provinces.setdefault(above.pk, Province(above, []))
        province.villages.append(Village(page, page.region, page.title, count, pictures.get(first)))
    return sorted(provinces.values(), key=lambda each: -len(each.villages))


def _goods_by_place(pages: list[VillagePage]) -> dict[int, tuple[int, int | None]]:
    """How many products each village has, and the first of them: two queries."""
    former = _counted("recorded_region", [page.former_region_id for page in pages if page.former_region_id])
    today = _counted("region", [page.region_id for page in pages if page.former_region_id is None])
    return {
        page.pk: former.get(page.former_region_id) or (0, None)
        if page.former_region_id
        else today.get(page.region_id) or (0, None)
        for page in pages
    }


def _counted(field: str, regions: list[int]) -> dict[int, tuple[int, int | None]]:
    if not regions:
        return {}
    goods = Product.objects.listed().filter(**{f"{field}__in": regions}).order_by().values_list(field)
    return {
        place: (count, first) for place, count, first in goods.annotate(count=Count("pk"), first=Min("pk"))
    }


def goods_of(page: VillagePage) -> dict:
    """Products and stalls of a village, the products of most stars first; a fixed number of queries."""
    listed = _goods(page)
    rows = list(listed.order_by("-certification__stars", "title", "pk").values_list("pk", "producer")[:GOODS])
    tree = Tree.load()
    products = cards([pk for pk, _producer in rows], tree)
    producers = list(dict.fromkeys(producer for _pk, producer in rows if producer is not None))
    region = Region.objects.labelled().get(pk=page.region_id)
    former = Region.objects.labelled().filter(pk=page.former_region_id).first()
    return {
        "nav_groups": tree.groups,
        "products": products,
        "count": listed.count(),
        "stalls": stall_cards(producers[:STALLS]),
        "region": region,
        "place_now": region.name_en if get_language() == "en" else region.label,
        "place_then": former.label if former is not None else "",
        "all_url": ProductQuery(region=(region.key,)).url(reverse("catalogue:index")),
        "cover": _cover(products),
    }


def _cover(products: list[Card]) -> Picture | None:
    """A picture for a village without one of its own: of the last product, so that it is not seen twice."""
    pictures = [product.picture for product in products if product.picture is not None]
    return pictures[-1] if pictures else None


def _goods(page: VillagePage) -> QuerySet:
    if page.former_region_id is not None:
        return Product.objects.listed().filter(recorded_region=page.former_region_id)
    return Product.objects.listed().filter(region=page.region_id)
