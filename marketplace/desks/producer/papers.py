"""The producer's desk: labels and packing slips to print, of one seller order or of several."""

from collections.abc import Callable
from io import BytesIO

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from marketplace.desks.producer.order_access import (
    login_first,
    seller_order_of,
    several_of,
    stalls_of_orders,
)
from marketplace.desks.producer.order_forms import MOST_AT_ONCE
from marketplace.notifications.domain.send import absolute
from marketplace.sales.models import DeliveryWay, SellerOrder
from marketplace.sales.parcel_papers import labels_pdf, slips_pdf

LABELS, SLIPS = "nhan", "phieu"
PAPERS: dict[str, Callable[..., bytes]] = {LABELS: labels_pdf, SLIPS: slips_pdf}


@require_safe
@login_required
@never_cache
def single(request: HttpRequest, number: str, paper: str) -> HttpResponseBase:
    """The label or packing slip of one seller order."""
    return _answer(paper, [seller_order_of(request.user, number)], number)


@require_POST
@never_cache
@login_first("producer_desk:index")
def several(request: HttpRequest, paper: str) -> HttpResponseBase:
    """The labels or packing slips of several seller orders in one file; what is picked up needs no label."""
    stalls_of_orders(request.user)
    numbers = request.POST.getlist("order")[:MOST_AT_ONCE]
    seller_orders = several_of(request.user, numbers)
    if paper == LABELS:
        seller_orders = [each for each in seller_orders if each.delivery_way == DeliveryWay.DOOR]
    if not seller_orders:
        messages.warning(request, _("Please choose orders to print for."))
        return redirect("producer_desk:index")
    return _answer(paper, seller_orders, seller_orders[0].number)


def _answer(paper: str, seller_orders: list[SellerOrder], name: str) -> HttpResponseBase:
    if paper not in PAPERS:
        raise Http404
    pdf = PAPERS[paper](seller_orders, desk_address)
    return FileResponse(BytesIO(pdf), filename=f"{paper}-{name}.pdf", content_type="application/pdf")


def desk_address(seller_order: SellerOrder) -> str:
    """The address that a code on a paper leads to: the order at the desk, for the team only."""
    return absolute(reverse("producer_desk:order", args=[seller_order.number]))
