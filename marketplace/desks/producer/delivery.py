"""The producer's desk: what delivery costs, by zones of provinces and steps of weight."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.core.exceptions import Refused
from marketplace.core.roles import Right
from marketplace.desks.producer.delivery_forms import TermsForm, ZoneForm, province_names
from marketplace.desks.producer.links import links_of
from marketplace.desks.producer.stalls import chosen_of, stalls_with
from marketplace.sales.domain import tables
from marketplace.sales.domain.charge import Zone
from marketplace.sales.models import DeliveryTable
from producers.models import Partner

UNPROCESSABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """The whole table of a stall, and what holds for all parcels to change."""
    stalls, stall = _chosen(request)
    table = tables.table_of(stall)
    form = TermsForm(request.POST or None, table=table)
    status = 200
    if request.method == "POST":
        if form.is_valid() and _save_terms(request, stall, form):
            return redirect(_page(stall))
        status = UNPROCESSABLE
    names = province_names()
    zones = tuple(map(Zone.of, table.zones))
    context = {
        **links_of(request.user),
        "stalls": stalls,
        "stall": stall,
        "form": form,
        "table": table,
        "mark": tables.mark(table),
        "zones": [(zone, [names[key] for key in zone.provinces if key in names]) for zone in zones],
        "unserved": _unserved(zones, names),
    }
    return render(request, "desks/producer/delivery.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def zone(request: HttpRequest, place: int | None = None) -> HttpResponse:
    """One zone to write; ``place`` counts from 1, as the page numbers them."""
    stalls, stall = _chosen(request)
    table = tables.table_of(stall)
    position = _position(table, place)
    form = ZoneForm(request.POST or None, table=table, place=position)
    status = 200
    if request.method == "POST":
        if form.is_valid() and _save_zone(request, stall, form, position):
            return redirect(_page(stall))
        status = UNPROCESSABLE
    context = {
        **links_of(request.user),
        "stalls": stalls,
        "stall": stall,
        "form": form,
        "place": place,
        "mark": tables.mark(table),
        "back": _page(stall),
    }
    return render(request, "desks/producer/delivery_zone.html", context, status=status)


@require_POST
@never_cache
def remove(request: HttpRequest, place: int) -> HttpResponse:
    """Take a zone out of the table."""
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("producer_desk:delivery"))
    _stalls, stall = _chosen(request)
    try:
        seen = request.POST.get("seen", "")
        tables.remove_zone(stall, place=place - 1, actor=request.user, seen=seen)
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("The zone is removed."))
    return redirect(_page(stall))


def _chosen(request: HttpRequest) -> tuple[list[Partner], Partner]:
    stalls = stalls_with(request.user, Right.EDIT_STALL)
    return stalls, chosen_of(stalls, request.GET.get("stall", ""))


def _page(stall: Partner) -> str:
    return f"{reverse('producer_desk:delivery')}?stall={stall.slug}"


def _position(table: DeliveryTable, place: int | None) -> int | None:
    if place is not None and not 1 <= place <= len(table.zones):
        raise Http404
    return None if place is None else place - 1


def _save_terms(request: HttpRequest, stall: Partner, form: TermsForm) -> bool:
    try:
        tables.save_terms(stall, **form.cleaned_data, actor=request.user)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Saved. It holds for whatever is ordered from now on."))
    return True


def _save_zone(request: HttpRequest, stall: Partner, form: ZoneForm, position: int | None) -> bool:
    try:
        tables.save_zone(
            stall, form.zone(), place=position, actor=request.user, seen=form.cleaned_data["seen"]
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Saved. It holds for whatever is ordered from now on."))
    return True


def _unserved(zones: tuple[Zone, ...], names: dict[str, str]) -> list[str]:
    """The provinces to which the table does not deliver."""
    if not zones or any(zone.is_elsewhere for zone in zones):
        return []
    named = {key for zone in zones for key in zone.provinces}
    return [name for key, name in names.items() if key not in named]
