"""The producer's desk: what is to be packed today, by product and by order."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Min, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketplace.core import clock
from marketplace.desks.producer.links import links_of
from marketplace.desks.producer.order_access import (
    chosen_stall,
    movable_of,
    orders_of,
    stalls_of_orders,
)
from marketplace.desks.producer.orders import in_order, rows_of
from marketplace.desks.producer.tabs import TO_PACK, open_counts
from marketplace.sales.models import SellerOrder, SellerOrderLine
from producers.models import Partner

ORDERS_PER_PAGE = 15
#: More kinds of goods than anybody fetches in one round.
MOST_PRODUCTS = 200
DAYS_UNTIL_LATE = 2


@require_safe
@login_required
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """All confirmed orders, the oldest first, and how much of which product they take together."""
    stalls = stalls_of_orders(request.user)
    chosen = chosen_stall(request, stalls)
    seller_orders = orders_of(request.user, stalls, chosen)
    to_pack = TO_PACK.of(seller_orders)
    numbers = {tab.code: number.value for tab, number in open_counts(seller_orders).items()}
    page = Paginator(to_pack.order_by("placed_at", "pk").values_list("pk", flat=True), ORDERS_PER_PAGE)
    page = page.get_page(request.GET.get("page"))
    movable = movable_of(request.user, {stall.pk for stall in stalls})
    context = {
        **links_of(request.user),
        "stalls": stalls,
        "chosen": chosen,
        "stall": chosen or (stalls[0] if len(stalls) == 1 else None),
        "numbers": numbers,
        "goods": goods_of(to_pack),
        "goods_url": _orders_url(chosen),
        "page": page,
        "rows": [{**row, "is_late": _is_late(row["order"])} for row in rows_of(in_order(page), movable)],
        "may_move": bool(movable),
        "several": chosen is None and len(stalls) != 1,
    }
    return render(request, "desks/producer/packing.html", context)


def _orders_url(chosen: Partner | None) -> str:
    """The list of the orders to pack, to be narrowed to a product by what is put behind."""
    query = {"state": TO_PACK.code, **({"stall": chosen.slug} if chosen is not None else {}), "product": ""}
    return reverse("producer_desk:index", query=query)


def goods_of(seller_orders: QuerySet[SellerOrder]) -> list[dict]:
    """What these orders take together, the most first: title, unit, pieces, orders and the oldest moment."""
    lines = SellerOrderLine.objects.filter(
        seller_order__in=seller_orders.order_by(), quantity__gt=0, day=None
    )
    grouped = lines.order_by().values("order_line__product", "title", "unit")
    summed = grouped.annotate(
        pieces=Sum("quantity"),
        orders=Count("seller_order", distinct=True),
        oldest=Min("seller_order__placed_at"),
    )
    return list(summed.order_by("-pieces", "title", "unit")[:MOST_PRODUCTS])


def _is_late(seller_order: SellerOrder) -> bool:
    """Whether the buyer has waited longer than one usually packs."""
    return (clock.now() - seller_order.placed_at).days >= DAYS_UNTIL_LATE
