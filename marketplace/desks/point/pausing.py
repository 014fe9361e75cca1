"""The point's desk: days on which the point keeps no goods for buyers."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.core.roles import Right
from marketplace.desks.point.access import desk_of
from marketplace.desks.producer.stall_forms import PauseForm
from producers.domain import stall_pages
from producers.models import Partner

UNPROCESSABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def pause(request: HttpRequest, slug: str) -> HttpResponse:
    """Set the days of a pause, or end it; the counter goes on selling."""
    desk = desk_of(request.user, slug, Right.RUN_POINT)
    point = desk.point.seller
    days = {"first": point.pause_from, "last": point.pause_to, "words": point.pause_words}
    form = PauseForm(request.POST if request.method == "POST" else None, initial=days)
    if request.method == "POST" and "end" in request.POST:
        stall_pages.end_pause(point, actor=request.user)
        messages.success(request, _("Buyers can reserve again."))
        return redirect("point_desk:pause", slug)
    if request.method == "POST" and form.is_valid() and _is_set(point, form, request.user):
        messages.success(request, _("The pause is set. Buyers read it on the point's page."))
        return redirect("point_desk:pause", slug)
    context = {**desk.frame, "seller": point, "form": form}
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "desks/point/pause.html", context, status=status)


def _is_set(point: Partner, form: PauseForm, actor: User) -> bool:
    try:
        stall_pages.pause(point, actor=actor, **form.cleaned_data)
    except Refused as refusal:
        form.add_error("last", str(refusal))
        return False
    return True
