"""The point's desk: which point, and what is to be done there today."""

import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketplace.core import clock
from marketplace.desks.point.access import Desk, desk_of, points_of
from marketplace.desks.point.reserved import goods_of
from marketplace.desks.point.shelf_list import low
from producers.domain.closings import due
from producers.models import Batch, DeviceEntry, PointOfSale, Reservation

SHOWN = 10
"""Of each kind so many rows; the lists that they link to have the others."""

DAYS_BEFORE_EXPIRY = 7


@require_safe
@login_required
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """The points at whose counter this person works; the only one is opened at once."""
    points = points_of(request.user)
    if len(points) == 1:
        return redirect("point_desk:today", points[0].seller.slug)
    return render(request, "desks/point/index.html", {"points": points})


@require_safe
@login_required
@never_cache
def today(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits: reservations, goods that run low or expire, entries kept for the manager, the till."""
    desk = desk_of(request.user, slug)
    held = _held(desk.point)
    scarce = low(desk.shelf).order_by("sellable", "product__title", "pk")
    day = clock.today()
    soon = _left(desk).fresh().filter(expires_on__lte=day + datetime.timedelta(days=DAYS_BEFORE_EXPIRY))
    context = {
        **desk.frame,
        "held": list(held[:SHOWN]),
        "held_number": held.count(),
        "low": list(scarce[:SHOWN]),
        "low_number": scarce.count(),
        "expired": list(_left(desk).expired()),
        "soon": list(soon),
        "kept": DeviceEntry.objects.filter(device__point=desk.point, state=DeviceEntry.State.KEPT).count(),
        "last_closing": desk.point.closings.first(),
        "due": due(desk.point),
        "now": clock.now(),
    }
    return render(request, "desks/point/today.html", context)


def _held(point: PointOfSale):
    return goods_of(Reservation.objects.held().filter(point=point))


def _left(desk: Desk):
    batches = Batch.objects.left().filter(stock_record__partner=desk.point.seller_id)
    return batches.select_related("stock_record__product__parent").order_by("expires_on", "pk")
