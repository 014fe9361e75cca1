"""Where a product can be bought over a counter: the points that have it, as a page and as a block."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog.models import Product
from marketplace.core.pages import public_for
from producers.domain.nearby import WITHIN
from storefront import point_list
from storefront.one_product import find_product
from storefront.shelf_offers import give_offers, offers_of

KEPT_SECONDS = 5
"""What lies on the shelves is shown as it was at most so long ago."""

SHOWN = 4


@require_safe
@public_for(KEPT_SECONDS)
def index(request: HttpRequest, product_slug: str, pk: str) -> HttpResponse:
    """All points that have a listed product, by distance or place, each with price and stock band."""
    product = _product(pk)
    if product_slug != product.slug:
        return redirect("catalogue:where", product.slug, product.pk, permanent=True)
    context = point_list.context(request, product) | {
        "product": product,
        "crumbs": [
            {"title": product.display_title, "url": product.get_absolute_url()},
            {"title": _("Where to buy")},
        ],
    }
    return render(request, "storefront/points.html", context)


@require_safe
@public_for(KEPT_SECONDS)
def block(request: HttpRequest, product_slug: str, pk: str) -> HttpResponse:
    """The nearest points that have a product now, or the first ones by name: a piece of its page."""
    product = _product(pk)
    near = point_list.near_of(request.GET.get("near", "").replace("\x00", "")[: point_list.LONGEST_KEY])
    offers = offers_of(product, near, in_stock=True)
    shown = point_list.dressed(list(offers)[:SHOWN])
    give_offers(shown, offers)
    if near is not None:
        point_list.told_distances(shown, near)
    context = {
        "product": product,
        "points": shown,
        "count": len(offers),
        "near": near,
        "near_key": request.GET.get("near", "") if near is not None else "",
        "radius": int(WITHIN),
    }
    return render(request, "storefront/where_block.html", context)


def _product(pk: str) -> Product:
    product = find_product(int(pk))
    if product is None or not product.is_listed or product.is_booked:
        raise Http404
    return product
