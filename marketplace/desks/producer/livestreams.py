"""The producer's desk: livestreams, announced, live and over."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.core.exceptions import Refused
from marketplace.core.roles import Right
from marketplace.desks.producer.event_forms import LivestreamForm
from marketplace.desks.producer.links import links_of
from marketplace.desks.producer.stalls import chosen_of, stalls_with
from marketplace.events.domain import livestreams
from marketplace.events.models import Livestream
from producers.models import Partner

PER_PAGE = 20
UNPROCESSABLE = 422

State = Livestream.State


@dataclass(frozen=True)
class Step:
    """A step as a button: what it says, and what it says when it is done."""

    state: str
    label: Promise
    done: Promise


STEPS = {
    step.state: step
    for step in (
        Step(State.LIVE, gettext_lazy("Go live"), gettext_lazy("You are live. Buyers see it on your stall.")),
        Step(State.ENDED, gettext_lazy("End"), gettext_lazy("The livestream has ended.")),
        Step(State.CANCELLED, gettext_lazy("Call off"), gettext_lazy("The livestream is called off.")),
    )
}


@require_safe
@login_required
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """The livestreams of the person's stalls, the newest first, each with what can be done now."""
    stalls = stalls_with(request.user, Right.TAKE_PART)
    own = Livestream.objects.filter(seller__in=stalls).for_cards().order_by("-starts_at", "-pk")
    page = Paginator(own, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **links_of(request.user),
        "stalls": stalls,
        "stall": stalls[0] if len(stalls) == 1 else None,
        "page": page,
        "rows": [{"livestream": each, "steps": _steps(each)} for each in page],
    }
    return render(request, "desks/producer/livestreams.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Announce a livestream of one's stall."""
    stalls = stalls_with(request.user, Right.TAKE_PART)
    stall = chosen_of(stalls, request.GET.get("stall", ""))
    return _form_page(request, Livestream(seller=stall), stall, stalls)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a livestream; one that is over is shown as it was."""
    stalls = stalls_with(request.user, Right.TAKE_PART)
    livestream = get_object_or_404(Livestream, pk=pk, seller__in=stalls)
    stall = next(each for each in stalls if each.pk == livestream.seller_id)
    return _form_page(request, livestream, stall, stalls)


@require_POST
@never_cache
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Go live, end, call off; a second click is told and changes nothing."""
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("producer_desk:livestreams"))
    stalls = stalls_with(request.user, Right.TAKE_PART)
    livestream = get_object_or_404(Livestream, pk=pk, seller__in=stalls)
    step = STEPS.get(request.POST.get("state", ""))
    if step is None:
        return redirect("producer_desk:livestreams")
    try:
        livestreams.ACTS[step.state](livestream, actor=request.user)
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, step.done)
    return redirect("producer_desk:livestreams")


def _form_page(
    request: HttpRequest, livestream: Livestream, stall: Partner, stalls: list[Partner]
) -> HttpResponse:
    form = LivestreamForm(request.POST or None, instance=livestream, stall=stall)
    if request.method == "POST" and form.is_valid():
        try:
            livestreams.announce(form.instance, products=form.cleaned_data["products"], actor=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The livestream is announced on your stall and among the events."))
            return redirect("producer_desk:livestreams")
    context = {
        **links_of(request.user),
        "form": form,
        "livestream": livestream,
        "stall": stall,
        "stalls": stalls,
        "may_change": livestream.state in livestreams.STEPS,
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "desks/producer/livestream.html", context, status=status)


def _steps(livestream: Livestream) -> list[Step]:
    return [STEPS[state] for state in livestreams.STEPS.get(livestream.state, ())]
