"""The point's desk: whether the point declares VAT, which its receipts then name."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from marketplace.core.roles import Right
from marketplace.desks.point.access import desk_of
from marketplace.desks.vat_forms import VatForm, shown_vat
from marketplace.sales.domain import vat

UNPROCESSABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def tax(request: HttpRequest, slug: str) -> HttpResponse:
    """What holds now, with who said so when, and the rates; the owner says another."""
    desk = desk_of(request.user, slug, Right.RUN_POINT)
    form = VatForm(request.POST) if request.method == "POST" else None
    if form is not None and Right.MANAGE_TEAM not in desk.rights:
        raise PermissionDenied
    if form is not None and form.is_valid():
        vat.declare(desk.point.seller, is_declared=form.cleaned_data["is_declared"], actor=request.user)
        messages.success(request, _("Saved. Orders from now on go by it."))
        return redirect("point_desk:vat", slug)
    context = {**desk.frame, **shown_vat(desk.point.seller, request.user, form)}
    return render(request, "desks/point/vat.html", context, status=UNPROCESSABLE if form is not None else 200)
