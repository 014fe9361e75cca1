"""Blocks of products and stalls. What they show is as it is today: stars, price, and whether it is listed."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from catalog.models import Category
from cms.blocks.base import ShownBlock, chosen
from cms.blocks.choosers import ProductChooserBlock, RegionChooserBlock, StallChooserBlock
from cms.picks import Pick
from search.query import STARS, ProductQuery, Sort

MOST_PRODUCTS = 12
SORTS = [
    (Sort.RELEVANCE.value, _("Best first")),
    (Sort.STARS.value, _("Most stars first")),
    (Sort.NEWEST.value, _("Newly recognised first")),
    (Sort.CHEAPEST.value, _("Cheapest first")),
    (Sort.DEAREST.value, _("Dearest first")),
    (Sort.BEST_SELLING.value, _("Most ordered first")),
]


def categories() -> list[tuple[str, str]]:
    """The groups and sets by code, sets after their group."""
    found = Category.objects.filter(is_public=True, depth__lte=2).order_by("path")
    return [(each.code, f"{'    ' * (each.depth - 1)}{each.display_name}") for each in found]


def query_of(value: Mapping[str, Any]) -> ProductQuery:
    """The query that an editor has put together."""
    category = value.get("category") or ""
    return ProductQuery(
        text=value.get("words") or "",
        group=(category,) if category and not category.startswith("set-") else (),
        category=(category,) if category.startswith("set-") else (),
        region=(value["region"],) if value.get("region") else (),
        stars=tuple(sorted(map(int, value.get("stars") or ()), reverse=True)),
        in_stock=bool(value.get("in_stock")),
        sort=Sort(value["sort"]) if value.get("sort") in list(Sort) else Sort.RELEVANCE,
    )


class ProductsBlock(ShownBlock):
    """Products that an editor chose; one that is withdrawn drops out."""

    title = blocks.CharBlock(label=_("Heading"), required=False, max_length=120)
    products = blocks.ListBlock(ProductChooserBlock(), label=_("Products"), min_num=1, max_num=MOST_PRODUCTS)

    def ask(self, value, gathering) -> None:
        gathering.goods.want_products(chosen(value.get("products")))

    def context(self, value, gathering) -> dict | None:
        cards = gathering.goods.products(chosen(value.get("products")))
        return {"title": value.get("title"), "cards": cards} if cards else None

    class Meta:
        template = "cms/blocks/products.html"
        icon = "tag"
        label = _("Products by hand")


class QueryBlock(ShownBlock):
    """Products by conditions, as they fit at the moment: 4-star teas of Tây Hồ."""

    title = blocks.CharBlock(label=_("Heading"), required=False, max_length=120)
    words = blocks.CharBlock(label=_("Words"), required=False, max_length=100)
    category = blocks.ChoiceBlock(label=_("Group or set"), choices=categories, required=False)
    region = RegionChooserBlock(label=_("Place"), required=False)
    stars = blocks.MultipleChoiceBlock(
        label=_("Stars"), choices=[(str(stars), str(stars)) for stars in STARS], required=False
    )
    sort = blocks.ChoiceBlock(label=_("Order"), choices=SORTS, default=Sort.RELEVANCE.value)
    number = blocks.IntegerBlock(label=_("How many"), min_value=1, max_value=MOST_PRODUCTS, default=4)
    in_stock = blocks.BooleanBlock(label=_("Only what can be bought now"), required=False)
    varied = blocks.BooleanBlock(
        label=_("Of many sellers and sets"),
        required=False,
        help_text=_("Takes turns among them, and shows nothing twice on the page."),
    )

    def ask(self, value, gathering) -> None:
        gathering.goods.want(self._pick(value))

    def context(self, value, gathering) -> dict | None:
        pick = self._pick(value)
        cards = gathering.goods.picked(pick)
        url = pick.query.url(reverse("catalogue:index"))
        return {"title": value.get("title"), "cards": cards, "url": url} if cards else None

    def _pick(self, value) -> Pick:
        number = min(value.get("number") or 4, MOST_PRODUCTS)
        return Pick(query_of(value), number, bool(value.get("varied")))

    class Meta:
        template = "cms/blocks/products.html"
        icon = "search"
        label = _("Products by query")


class StallsBlock(ShownBlock):
    """Stalls that an editor chose, or those with the most of the first products that can be bought."""

    title = blocks.CharBlock(label=_("Heading"), required=False, max_length=120)
    stalls = blocks.ListBlock(
        StallChooserBlock(),
        label=_("Stalls"),
        max_num=12,
        default=[],
        help_text=_("None chosen: those that most of the first products come from."),
    )
    number = blocks.IntegerBlock(label=_("How many"), min_value=1, max_value=12, default=6)

    def ask(self, value, gathering) -> None:
        if pks := chosen(value.get("stalls")):
            gathering.goods.want_stalls(pks)
        else:
            gathering.goods.want_best_stalls(value.get("number") or 6)

    def context(self, value, gathering) -> dict | None:
        if pks := chosen(value.get("stalls")):
            stalls = gathering.goods.stalls(pks)
        else:
            stalls = gathering.goods.best_stalls(value.get("number") or 6)
        return {"title": value.get("title"), "stalls": stalls} if stalls else None

    class Meta:
        template = "cms/blocks/stalls.html"
        icon = "group"
        label = _("Stalls")
