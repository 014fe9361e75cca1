"""The home page."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog.models import Category
from marketplace.core.money import format_vnd
from marketplace.core.pages import public_page
from search import engines
from search.query import ProductQuery
from search.scope import Tree, resolve
from storefront import showcase
from storefront.pictures import first_pictures

MOSAIC = 6
BEST = 8
VILLAGES = 8
STALLS = 6
GIFT_PRICE = 200_000


@dataclass(frozen=True)
class Group:
    category: Category
    count: int

    @property
    def art(self) -> str:
        """The drawing of the group."""
        return f"storefront/art/group-{self.category.code}.svg"


@require_safe
@public_page
def home(request: HttpRequest) -> HttpResponse:
    """What the shop has, by pictures, groups, stars, villages and stalls."""
    tree = Tree.load()
    facets = engines.get().search(resolve(ProductQuery(), tree), 1).facets
    totals = tree.totals(facets.categories)
    goods = showcase.best(MOSAIC + BEST, tree)
    province, villages = showcase.villages(VILLAGES, tree, facets.provinces)
    story = showcase.story()
    shown = [village.product_id for village in villages]
    pictures = first_pictures([*shown, story.product_id if story else None])
    context = {
        "nav_groups": tree.groups,
        "groups": [Group(group, totals[group.pk]) for group in tree.groups],
        "shortcuts": _shortcuts(),
        "mosaic": goods[:MOSAIC],
        "best": goods[MOSAIC:],
        "best_url": ProductQuery(stars=showcase.BEST_STARS).url(reverse("catalogue:index")),
        "province": province,
        "villages": [
            {
                "region": village.region,
                "label": village.label,
                "count": village.count,
                "picture": pictures.get(village.product_id),
                "url": ProductQuery(region=(village.region.key,)).url(reverse("catalogue:index")),
            }
            for village in villages
        ],
        "story": story,
        "story_picture": pictures.get(story.product_id) if story else None,
        "stalls": showcase.best_stalls(STALLS, tree),
    }
    return render(request, "storefront/home.html", context)


def _shortcuts() -> list[tuple[str, str]]:
    """Words and addresses of four lists that many look for."""
    queries = [
        (_("Five stars"), ProductQuery(stars=(5,))),
        (_("Vegetables and fruit"), ProductQuery(category=("set-01",))),
        (_("Tea and coffee"), ProductQuery(category=("set-11", "set-13"))),
        (
            _("Gifts up to %(price)s") % {"price": format_vnd(GIFT_PRICE)},
            ProductQuery(price_max=GIFT_PRICE, in_stock=True),
        ),
    ]
    return [(words, query.url(reverse("catalogue:index"))) for words, query in queries]
