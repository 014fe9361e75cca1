"""The point's desk: devices that sell without network, what they sent, and what waits for the manager."""

import json
from collections.abc import Callable
from functools import wraps
from pathlib import Path

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.contrib.staticfiles import finders
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from marketplace.core.exceptions import Refused
from marketplace.core.fields import TextField
from marketplace.core.roles import Right
from marketplace.desks.point.access import Desk, desk_of
from marketplace.desks.point.book import WITH_RECEIPT
from marketplace.desks.point.device_goods import goods_for_device
from marketplace.desks.point.forms import NOTE_LENGTH, numbers_of
from producers.domain import devices
from producers.domain.devices import Signed
from producers.models import DeviceEntry, PointDevice

PER_PAGE = 30
NAME_LENGTH = 80
UNPROCESSABLE, UNAUTHORIZED = 422, 401
WORKER = "storefront/js/counter-sw.js"
RETRY, DISMISS = "retry", "dismiss"
State = DeviceEntry.State


class DeviceForm(forms.Form):
    name = TextField(max_length=NAME_LENGTH)


class DismissForm(forms.Form):
    note = TextField(max_length=NOTE_LENGTH)


def login_first(view: Callable) -> Callable:
    """For what only takes posts: who is not logged in comes to the page of devices."""

    @wraps(view)
    def guarded(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(reverse("point_desk:devices", args=[slug]))
        return view(request, slug, pk)

    return guarded


@require_safe
@login_required
@never_cache
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """The entries that wait, the devices of the point, and what became of the entries before."""
    desk = desk_of(request.user, slug, Right.RUN_POINT)
    entries = DeviceEntry.objects.filter(device__point=desk.point)
    settled = entries.filter(state=State.DISMISSED).select_related("device", "settled_by")
    kept = entries.filter(state=State.KEPT).select_related("device", "actor").order_by("pk")
    context = {
        **desk.frame,
        "page": Paginator(kept, PER_PAGE).get_page(request.GET.get("page")),
        "devices": list(desk.point.devices.select_related("added_by")),
        "dismissed": list(settled[:PER_PAGE]),
        "retry": RETRY,
        "dismiss": DISMISS,
        "hopeless": (DeviceEntry.Trouble.FORGED, DeviceEntry.Trouble.UNREADABLE),
    }
    return render(request, "desks/point/devices.html", context)


@require_POST
@never_cache
@login_first
def revoke(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """End what a device may do."""
    desk = desk_of(request.user, slug, Right.RUN_POINT)
    device = get_object_or_404(desk.point.devices.select_related("point"), pk=pk)
    try:
        devices.revoke(device, actor=request.user)
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("The device is revoked; what it still sends waits for you."))
    return redirect("point_desk:devices", slug)


@require_POST
@never_cache
@login_first
def entry(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Do a kept entry again, or lay it aside with a note."""
    desk = desk_of(request.user, slug, Right.RUN_POINT)
    found = get_object_or_404(DeviceEntry, pk=pk, device__point=desk.point)
    try:
        messages.success(request, _settled(request, found))
    except Refused as refusal:
        messages.warning(request, str(refusal))
    return redirect("point_desk:devices", slug)


def _settled(request: HttpRequest, found: DeviceEntry) -> str:
    """Settle an entry as it was asked; raises ``Refused``."""
    if request.POST.get("act") == RETRY:
        devices.retry(found, actor=request.user)
        return _("The entry is done.")
    form = DismissForm(request.POST)
    if not form.is_valid():
        raise Refused(_("Please say in a few words why the entry is laid aside."))
    devices.dismiss(found, actor=request.user, note=form.cleaned_data["note"])
    return _("The entry is laid aside.")


# --- what the script of the counter's page asks
def for_script(view: Callable) -> Callable:
    """Answers of scripts: a person who is not logged in gets 401, a refusal 422 with its words."""

    @wraps(view)
    def answer(request: HttpRequest, slug: str) -> HttpResponse:
        if not request.user.is_authenticated:
            return JsonResponse({}, status=UNAUTHORIZED)
        try:
            return view(request, desk_of(request.user, slug))
        except Refused as refusal:
            return JsonResponse({"error": str(refusal)}, status=UNPROCESSABLE)

    return answer


@require_POST
@never_cache
@for_script
def add(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Let this device keep entries: its number, and the secret with which it signs."""
    form = DeviceForm(request.POST)
    if not form.is_valid():
        raise Refused(_("Please give the device a name."))
    device, secret = devices.add(desk.point, form.cleaned_data["name"], actor=request.user)
    return JsonResponse({"device": device.pk, "secret": secret, "name": device.name})


@require_safe
@never_cache
@for_script
def goods(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What can be sold and handed over, for an hour without network."""
    return JsonResponse(goods_for_device(desk))


@require_POST
@never_cache
@for_script
def send(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Do what a device has kept, in its order; says of each entry how it came out."""
    device, entries = _sent(request, desk)
    outcomes = devices.apply_entries(device, entries, actor=request.user)
    return JsonResponse({"outcomes": [_outcome(desk, each) for each in outcomes]})


@require_safe
@never_cache
@login_required
def worker(request: HttpRequest, slug: str) -> HttpResponse:
    """The script that keeps the counter's page, and nothing else, for times without network."""
    desk_of(request.user, slug)
    script = Path(finders.find(WORKER)).read_bytes()
    return HttpResponse(script, content_type="text/javascript")


def _sent(request: HttpRequest, desk: Desk) -> tuple[PointDevice, list[Signed]]:
    """The device and its entries; raises ``Refused`` for what no device of the point sends."""
    try:
        said = json.loads(request.body)
        number, sent = str(said["device"]), said["entries"]
        entries = [Signed(str(each["text"]), str(each["signature"])) for each in sent]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Refused(_("This cannot be read.")) from error
    device = desk.point.devices.filter(pk__in=numbers_of([number])).select_related("point__seller").first()
    if device is None:
        raise Refused(_("This device is not one of this point."))
    return device, entries


def _outcome(desk: Desk, entry: DeviceEntry) -> dict:
    outcome = {"state": entry.state, "reason": entry.reason}
    if entry.act is not None:
        outcome["number"] = entry.act.number
        if entry.act.kind in WITH_RECEIPT:
            outcome["receipt"] = reverse("point_desk:receipt", args=[desk.point.seller.slug, entry.act_id])
    return outcome
