"""The point's desk: reservations, found by their code and handed over."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.core import clock
from marketplace.core.exceptions import Refused
from marketplace.desks.point.access import Desk, desk_of
from marketplace.desks.point.finding import sought
from marketplace.desks.point.forms import ClientIdField
from marketplace.desks.point.reserved import goods_of, owed_for
from producers.domain import reservations
from producers.domain.acts import By
from producers.models import PointAct, Reservation

PER_PAGE = 30
UNPROCESSABLE = 422
State = Reservation.State


class HandOverForm(forms.Form):
    """How the buyer pays what is still owed; nothing is asked where it was paid before."""

    paid_by = forms.ChoiceField(
        label=gettext_lazy("Paid by"),
        choices=PointAct.Payment,
        initial=PointAct.Payment.CASH,
        widget=forms.RadioSelect,
    )
    client_id = ClientIdField()

    def __init__(self, *args, owed: int, **kwargs):
        super().__init__(*args, **kwargs)
        if not owed:
            del self.fields["paid_by"]


@require_safe
@login_required
@never_cache
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits for buyers; a code that was scanned or typed leads to its reservation."""
    desk = desk_of(request.user, slug)
    code = sought(request.GET.get("code", ""))
    found = reservations.by_code(desk.point, _bare(code)) if code else None
    if found is not None:
        return redirect("point_desk:pickup", slug, found.code)
    held = goods_of(Reservation.objects.held().filter(point=desk.point))
    context = {
        **desk.frame,
        "code": code,
        "page": Paginator(held, PER_PAGE).get_page(request.GET.get("page")),
        "now": clock.now(),
    }
    return render(request, "desks/point/pickups.html", context, status=UNPROCESSABLE if code else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def pickup(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """What one reservation holds, what is to be paid, and handing it over."""
    desk = desk_of(request.user, slug)
    reservation = _reservation(desk, code)
    owed = owed_for([reservation])[reservation.pk]
    form = HandOverForm(request.POST or None, owed=owed)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        by = By(request.user, client_id=values["client_id"])
        try:
            act = reservations.collect(reservation, by=by, amount=owed, paid_by=values.get("paid_by", ""))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Handed over."))
            return redirect("point_desk:act", slug, act.pk)
    context = {
        **desk.frame,
        "reservation": reservation,
        "is_held": reservation.state == State.HELD,
        "is_late": reservation.held_until <= clock.now(),
        "owed": owed,
        "form": form,
    }
    return render(request, "desks/point/pickup.html", context, status=UNPROCESSABLE if form.errors else 200)


def _reservation(desk: Desk, code: str) -> Reservation:
    found = goods_of(Reservation.objects.filter(point=desk.point).select_related("point__seller", "ended_by"))
    return get_object_or_404(found, code=code)


def _bare(text: str) -> str:
    """The code alone, also of an address that a QR code holds."""
    return text.rstrip("/").rsplit("/", 1)[-1]
