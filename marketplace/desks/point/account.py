"""The point's desk: the account to which buyers at the counter transfer."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from marketplace.core.roles import Right
from marketplace.desks.bank_accounts import BankAccountForm, shown_accounts
from marketplace.desks.point.access import desk_of

UNPROCESSABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def account(request: HttpRequest, slug: str) -> HttpResponse:
    """The account of now, what it was before, and another one in its place."""
    desk = desk_of(request.user, slug, Right.RUN_POINT)
    form = BankAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and form.is_set(desk.point.seller, request.user):
        messages.success(request, _("The account is changed. The owners of the point are told."))
        return redirect("point_desk:account", slug)
    context = {**desk.frame, **shown_accounts(desk.point.seller), "form": form}
    return render(request, "desks/point/account.html", context, status=UNPROCESSABLE if form.errors else 200)
