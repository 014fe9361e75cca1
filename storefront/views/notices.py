"""A person's notices: the list, the ways by which they come, and the devices that they come to."""

from pathlib import Path

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.contrib.staticfiles import finders
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.core import clock
from marketplace.core.csrf import tokenless
from marketplace.notifications.channels import CHANNELS
from marketplace.notifications.domain.choose import choices_of, choose, kinds_for
from marketplace.notifications.kinds import kind_of
from marketplace.notifications.models import Notice
from marketplace.notifications.push import devices
from marketplace.notifications.push.keys import public_key
from marketplace.notifications.rows import notice_rows
from storefront.requests import personal, safe_next

NOTICES_PER_PAGE = 30
UNPROCESSABLE, UNAUTHORIZED = 422, 401
WORKER = "storefront/js/sw.js"


@require_safe
@personal
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """All notices of this person, the newest first."""
    page = Paginator(Notice.objects.listed_for(request.user), NOTICES_PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {"page": page, "notices": notice_rows(page), "current": "notices"}
    return render(request, "storefront/account/notices.html", context)


@require_safe
@personal
@login_required
def go(request: HttpRequest, pk: int) -> HttpResponse:
    """To what a notice is about; from then on it counts as read."""
    notice = Notice.objects.of(request.user).filter(pk=pk).first()
    if notice is None:
        raise Http404
    Notice.objects.filter(pk=pk, read_at=None).update(read_at=clock.now())
    return redirect(kind_of(notice.kind).address_of(notice.facts))


@require_POST
@personal
def read_all(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("customer:notices"))
    Notice.objects.filter(recipient=request.user, read_at=None).update(read_at=clock.now())
    return redirect(safe_next(request, "customer:notices"))


@require_http_methods(["GET", "HEAD", "POST"])
@personal
@login_required
def choices(request: HttpRequest) -> HttpResponse:
    """Which kinds of news come by which ways, and to which devices."""
    kinds = kinds_for(request.user)
    if request.method == "POST":
        ticked = set(request.POST.getlist("way"))
        choose(
            request.user,
            {(kind.code, code): f"{kind.code}:{code}" in ticked for kind in kinds for code in kind.channels},
        )
        messages.success(request, _("Your choice is saved."))
        return redirect("customer:notice-choices")
    chosen = choices_of(request.user)
    context = {
        "channels": CHANNELS.values(),
        "rows": [(kind, _ways(kind, chosen)) for kind in kinds],
        "devices": request.user.push_devices.all(),
        "this_device": request.session.get(devices.SESSION_KEY),
        "public_key": public_key(),
        "current": "notices",
    }
    return render(request, "storefront/account/notice_choices.html", context)


def _ways(kind, chosen: dict) -> list[dict]:
    """For each channel whether this kind takes it, and whether it is wanted."""
    return [
        {
            "channel": channel,
            "is_open": channel.code in kind.channels,
            "is_wanted": chosen.get((kind.code, channel.code), False),
        }
        for channel in CHANNELS.values()
    ]


@require_POST
@tokenless
@personal
def add_device(request: HttpRequest) -> HttpResponse:
    """A browser, or its service worker, brings where its push service takes messages for it."""
    if not request.user.is_authenticated:
        return JsonResponse({}, status=UNAUTHORIZED)
    sent = request.POST
    try:
        device = devices.add(
            request.user,
            endpoint=sent.get("endpoint", ""),
            p256dh=sent.get("p256dh", ""),
            auth=sent.get("auth", ""),
            user_agent=request.headers.get("User-Agent", ""),
        )
    except devices.NoDevice as refusal:
        return JsonResponse({"error": str(refusal)}, status=UNPROCESSABLE)
    request.session[devices.SESSION_KEY] = device.pk
    return JsonResponse({"device": device.name})


@require_POST
@personal
def remove_device(request: HttpRequest, pk: int) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("customer:notice-choices"))
    if not request.user.push_devices.filter(pk=pk).delete()[0]:
        raise Http404
    messages.success(request, _("This device gets no notices any more."))
    return redirect("customer:notice-choices")


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script that shows notices; browsers look for a newer one each time."""
    script = Path(finders.find(WORKER)).read_bytes()
    return HttpResponse(script, content_type="text/javascript", headers={"Cache-Control": "no-cache"})
