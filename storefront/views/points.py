"""Points of sale: the list with its map, their positions for a map with tiles, the page of one."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.core.distance import box_around
from marketplace.core.keys import key_of
from marketplace.core.pages import public_for
from producers.domain.nearby import WITHIN
from producers.models import Partner, PointOfSale
from search.scope import Tree
from storefront import point_list, point_schema
from storefront.one_product import find_product
from storefront.sharing import Share
from storefront.shelf_offers import shelf_cards, shelf_page

KEPT_SECONDS = 60
"""Whether a point is open changes with the clock."""

NEARBY = 4


@require_safe
@public_for(KEPT_SECONDS)
def index(request: HttpRequest) -> HttpResponse:
    """Points where one can buy today, by place or by distance."""
    return render(request, "storefront/points.html", point_list.context(request))


@require_safe
@public_for(KEPT_SECONDS)
def positions(request: HttpRequest) -> HttpResponse:
    """Where the points of a list are: latitude, longitude, name, address, whether that is approximate."""
    pk = key_of(request.GET.get("product", ""))
    product = find_product(pk) if pk is not None else None
    choice = point_list.Choice.of(request.GET, product)
    spots = point_list.spots_of(choice.narrow(PointOfSale.objects.public()))
    placed = [
        [spot.latitude, spot.longitude, spot.name, spot.url, spot.is_approximate]
        for spot in spots
        if spot.latitude is not None
    ]
    return JsonResponse({"points": placed})


@require_safe
@public_for(KEPT_SECONDS)
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One point; one that is closed keeps its page, which says so."""
    points = PointOfSale.objects.filter(seller__kind=Partner.Kind.POINT).for_lists()
    point = get_object_or_404(points.prefetch_related("pictures__picture"), seller__slug=slug)
    tree = Tree.load()
    goods = shelf_page(point, request.GET.get("page"))
    context = {
        "point": point,
        "goods": goods,
        "cards": shelf_cards(goods, point, tree),
        "gone": _why_gone(point),
        "pictures": [each.picture for each in point.pictures.all()],
        "nearby": _nearby(point),
        "schema": point_schema.described(point, request.build_absolute_uri),
        "share": Share(point.name, point.place),
        "noindex": not point.is_public,
        "crumbs": [{"title": _("Points of sale"), "url": reverse("points:index")}, {"title": point.name}],
    }
    return render(request, "storefront/point.html", context)


def _why_gone(point: PointOfSale) -> str:
    if point.seller.state == Partner.State.SUSPENDED:
        return _("This point of sale is suspended for now.")
    return "" if point.is_public else _("This point of sale is closed.")


def _nearby(point: PointOfSale) -> list[PointOfSale]:
    """The nearest other points, with their distances; four queries at most."""
    if point.latitude is None:
        return []
    box = {f"{name}__range": span for name, span in box_around(point, WITHIN).items()}
    spots = point_list.spots_of(PointOfSale.objects.public().filter(**box).exclude(pk=point.pk))
    nearest = point_list.by_distance(spots, point)[:NEARBY]
    return point_list.told_distances(point_list.dressed([spot.pk for spot in nearest]), point)
