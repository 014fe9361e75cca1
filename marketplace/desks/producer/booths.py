"""The producer's desk: booths at events, and the waiting list."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.core import clock
from marketplace.core.exceptions import Refused
from marketplace.core.roles import Right
from marketplace.desks.producer.event_forms import BoothForm, BoothProductsForm
from marketplace.desks.producer.links import links_of
from marketplace.desks.producer.stalls import chosen_of, stalls_with
from marketplace.events.domain import booths
from marketplace.events.models import BoothRegistration, Event
from producers.models import Partner

MOST_ROWS = 100
UNPROCESSABLE = 422

STATE_KINDS = {
    BoothRegistration.State.HELD: "new",
    BoothRegistration.State.WAITING: "warn",
    BoothRegistration.State.CONFIRMED: "ok",
}


@require_safe
@login_required
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """Events that take registrations, and those for which the person's stalls have registered."""
    stalls = stalls_with(request.user, Right.TAKE_PART)
    today = clock.today()
    is_open = {"registration_closes_on__gte": today, "booths__isnull": False}
    registrations = (
        BoothRegistration.objects.filter(seller__in=stalls)
        .select_related("event__region__parent__parent", "event__recorded_region__parent__parent", "seller")
        .order_by("-event__starts_on", "-pk")
    )
    context = {
        **links_of(request.user),
        "stalls": stalls,
        "stall": stalls[0] if len(stalls) == 1 else None,
        "events": list(Event.objects.held().coming().filter(**is_open).for_cards()[:MOST_ROWS]),
        "registrations": [
            {"registration": each, "kind": STATE_KINDS.get(each.state, "")}
            for each in registrations[:MOST_ROWS]
        ],
    }
    return render(request, "desks/producer/events.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def event(request: HttpRequest, slug: str) -> HttpResponse:
    """One event as a producer sees it: register a booth, or change the products of one's registration."""
    stalls = stalls_with(request.user, Right.TAKE_PART)
    shown = get_object_or_404(Event.objects.public().for_cards(), slug=slug)
    stall = chosen_of(stalls, request.GET.get("stall", ""))
    registration = BoothRegistration.objects.filter(event=shown, seller=stall).first()
    if registration is not None and registration.is_active:
        # Both are at hand; the forms would read them again.
        registration.event, registration.seller = shown, stall
        return _change(request, shown, stall, stalls, registration)
    return _register(request, shown, stall, stalls, registration)


@require_POST
@never_cache
def withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the booth up, or the place on the waiting list."""
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("producer_desk:event", args=[slug]))
    stalls = stalls_with(request.user, Right.TAKE_PART)
    stall = chosen_of(stalls, request.POST.get("stall", ""))
    registration = get_object_or_404(BoothRegistration, event__slug=slug, seller=stall)
    try:
        booths.withdraw(registration, actor=request.user)
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Your registration is withdrawn."))
    return redirect(_address(slug, stall, stalls))


def _register(
    request: HttpRequest,
    shown: Event,
    stall: Partner,
    stalls: list[Partner],
    registration: BoothRegistration | None,
) -> HttpResponse:
    who = {"contact_name": request.user.get_full_name(), "contact_phone": request.user.phone}
    form = BoothForm(request.POST or None, event=shown, stall=stall, initial=who)
    if request.method == "POST" and form.is_valid():
        try:
            made = booths.register(shown, stall, actor=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _registered_words(made))
            return redirect(_address(shown.slug, stall, stalls))
    return _page(request, shown, stall, stalls, registration, form)


def _change(
    request: HttpRequest, shown: Event, stall: Partner, stalls: list[Partner], registration: BoothRegistration
) -> HttpResponse:
    form = BoothProductsForm(request.POST or None, registration=registration)
    if request.method == "POST" and form.is_valid():
        try:
            booths.choose_products(registration, form.cleaned_data["products"], actor=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The products that you will show are changed."))
            return redirect(_address(shown.slug, stall, stalls))
    return _page(request, shown, stall, stalls, registration, form)


def _page(
    request: HttpRequest,
    shown: Event,
    stall: Partner,
    stalls: list[Partner],
    registration: BoothRegistration | None,
    form,
) -> HttpResponse:
    context = {
        **links_of(request.user),
        "event": shown,
        "stall": stall,
        "stalls": stalls,
        "registration": registration,
        "kind": STATE_KINDS.get(registration.state, "") if registration else "",
        "steps": list(registration.steps.all()) if registration else [],
        "ahead": _ahead(registration),
        "has_products": form.fields["products"].queryset.exists(),
        "form": form,
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "desks/producer/event.html", context, status=status)


def _ahead(registration: BoothRegistration | None) -> int | None:
    """How many wait in front of this one; None for one that does not wait."""
    if registration is None or registration.state != BoothRegistration.State.WAITING:
        return None
    queue = list(
        BoothRegistration.objects.filter(event=registration.event_id).queue().values_list("pk", flat=True)
    )
    return queue.index(registration.pk)


def _registered_words(registration: BoothRegistration) -> str:
    if registration.state == BoothRegistration.State.WAITING:
        return _("All booths are taken. You are on the waiting list; a mail tells you when one becomes free.")
    return _("A booth is held for you. A mail tells you when the office has confirmed it.")


def _address(slug: str, stall: Partner, stalls: list[Partner]) -> str:
    query = f"?stall={stall.slug}" if len(stalls) > 1 else ""
    return reverse("producer_desk:event", args=[slug]) + query
