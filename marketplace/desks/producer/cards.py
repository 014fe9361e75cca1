"""The producer's desk: the stall's own account with Stripe, by which buyers pay by card, and disputes."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.core.exceptions import Refused
from marketplace.desks.producer.money_pages import Desk
from marketplace.payments import stripe_api
from marketplace.payments.domain import stripe_accounts
from marketplace.payments.models import StripeAccount, StripeDispute

ROWS_PER_PAGE = 30
CONNECT, DISCONNECT = "connect", "disconnect"


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """Whether the stall takes cards, how it begins or stops, and what buyers' banks have taken back."""
    desk = _desk(request)
    account = stripe_accounts.account_of(desk.stall)
    if request.method == "POST":
        return _act(request, desk, account)
    disputes = StripeDispute.objects.filter(session__account__seller=desk.stall)
    page = Paginator(disputes.select_related("session__payment"), ROWS_PER_PAGE)
    context = {
        **desk.context(request, "cards"),
        "account": account,
        "page": page.get_page(request.GET.get("page")),
    }
    return render(request, "desks/producer/cards.html", context)


@require_safe
@login_required
@never_cache
def back(request: HttpRequest) -> HttpResponse:
    """From Stripe's form: whoever comes here has shown nothing by that, so Stripe is asked."""
    desk = _desk(request)
    account = stripe_accounts.account_of(desk.stall)
    try:
        if account is not None:
            stripe_accounts.refresh(account)
    except Refused as refusal:
        messages.warning(request, str(refusal))
    return redirect(desk.url("cards"))


def _desk(request: HttpRequest) -> Desk:
    desk = Desk.of(request)
    if not stripe_api.is_set_up():
        raise Http404
    return desk


def _act(request: HttpRequest, desk: Desk, account: StripeAccount | None) -> HttpResponse:
    act = request.POST.get("act")
    if act == CONNECT:
        return _connect(request, desk) or redirect(desk.url("cards"))
    if act != DISCONNECT:
        raise Http404
    if account is not None:
        stripe_accounts.disconnect(account, actor=request.user)
        messages.success(request, _("Disconnected. Buyers can no longer choose cards."))
    return redirect(desk.url("cards"))


def _connect(request: HttpRequest, desk: Desk) -> HttpResponse | None:
    """A page that sends the browser on to Stripe's form; None where nothing more is to be filled in there."""
    try:
        account = stripe_accounts.connect(desk.stall, actor=request.user)
        if account.takes_cards:
            messages.success(request, _("Connected. Buyers can choose cards."))
            return None
        url = stripe_api.onboarding_url(
            account,
            return_url=request.build_absolute_uri(desk.url("cards-back")),
            refresh_url=request.build_absolute_uri(desk.url("cards")),
        )
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return None
    context = {**desk.context(request, "cards"), "url": url}
    return render(request, "desks/producer/cards_leave.html", context)
