"""The producer's desk: the orders of one's own stalls, and moving them on."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.core.roles import Right, has_role
from marketplace.desks.producer.forms import MoveForm
from marketplace.desks.producer.links import links_of
from marketplace.desks.producer.tabs import counted, tab_of
from marketplace.payments import methods
from marketplace.sales.domain.fulfil import ACTS, MoveForbidden, allowed_moves
from marketplace.sales.models import SellerOrder
from producers.models import Partner

ORDERS_PER_PAGE = 20
SEARCH_LENGTH = 100
UNPROCESSABLE = 422

State = SellerOrder.State


@dataclass(frozen=True)
class Step:
    """A step as a button: what it says, what it says when it is done, whether it needs a reason."""

    state: str
    label: Promise
    done: Promise
    asks_reason: bool = False


STEPS = {
    step.state: step
    for step in (
        Step(State.CONFIRMED, gettext_lazy("Confirm order"), gettext_lazy("Order %(number)s is confirmed.")),
        Step(State.PACKED, gettext_lazy("Packed"), gettext_lazy("Order %(number)s is packed.")),
        Step(
            State.SHIPPED,
            gettext_lazy("Handed to the carrier"),
            gettext_lazy("Order %(number)s is on its way."),
        ),
        Step(
            State.DELIVERED,
            gettext_lazy("Delivered and paid"),
            gettext_lazy("Order %(number)s is delivered and paid."),
        ),
        Step(
            State.REFUSED,
            gettext_lazy("Refused at the door"),
            gettext_lazy("Order %(number)s was refused; its goods are back in stock."),
        ),
        Step(
            State.CANCELLED,
            gettext_lazy("Cancel order"),
            gettext_lazy("Order %(number)s is cancelled; its goods are back in stock."),
            asks_reason=True,
        ),
    )
}

STATE_KINDS = {
    State.PENDING: "new",
    State.DELIVERED: "ok",
    State.COLLECTED: "ok",
    State.REFUSED: "warn",
}


@require_safe
@login_required
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """The orders of the stalls in whose team this person may see orders, by tab, found by text."""
    stalls = _stalls(request.user)
    chosen = _chosen_stall(request, stalls)
    seller_orders = SellerOrder.objects.visible_to(request.user)
    if chosen is not None:
        seller_orders = seller_orders.filter(seller=chosen)
    text = request.GET.get("q", "").strip()[:SEARCH_LENGTH]
    if text:
        seller_orders = seller_orders.matching(text)
    tab = tab_of(request.GET.get("state"))
    rows = seller_orders.filter(state__in=tab.states).for_rows().order_by(*_order_of(tab))
    page = Paginator(rows, ORDERS_PER_PAGE).get_page(request.GET.get("page"))
    movable = _movable(request.user, stalls)
    context = {
        **links_of(request.user),
        "stalls": stalls,
        "chosen": chosen,
        "stall": chosen or (stalls[0] if len(stalls) == 1 else None),
        "tab": tab,
        "tabs": counted(seller_orders),
        "text": text,
        "page": page,
        "rows": [_row(seller_order, movable) for seller_order in page],
        "several": chosen is None and len(stalls) != 1,
    }
    return render(request, "desks/producer/index.html", context)


@require_safe
@login_required
@never_cache
def order(request: HttpRequest, number: str) -> HttpResponse:
    seller_order = _seller_order(request.user, number)
    return _order_page(request, seller_order, MoveForm())


@require_POST
@never_cache
def move(request: HttpRequest, number: str) -> HttpResponse:
    """Take one step; a second click, or a colleague who was faster, is told and changes nothing."""
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("producer_desk:order", args=[number]))
    seller_order = _seller_order(request.user, number)
    if not seller_order.seller.grants(request.user, Right.MOVE_ORDERS):
        raise PermissionDenied
    form = MoveForm(request.POST)
    if not form.is_valid():
        return _order_page(request, seller_order, form, status=UNPROCESSABLE)
    state = form.cleaned_data["state"]
    try:
        ACTS[state](seller_order, actor=request.user, note=form.cleaned_data["note"])
    except Refused as refusal:
        _tell_refusal(request, seller_order, refusal)
    else:
        messages.success(request, STEPS[state].done % {"number": seller_order.number})
    return redirect(_way_back(request, seller_order))


def _tell_refusal(request: HttpRequest, seller_order: SellerOrder, refusal: Refused) -> None:
    if isinstance(refusal, MoveForbidden) and refusal.is_done_already:
        messages.info(
            request,
            _("Order %(number)s was “%(state)s” already; nothing else has changed.")
            % {"number": seller_order.number, "state": seller_order.get_state_display()},
        )
    else:
        messages.warning(request, str(refusal))


def _stalls(user: User) -> list[Partner]:
    """The person's stalls with orders; 403 for a team member without that right, 404 for a stranger.

    Empty for an administrator, who sees the orders of all.
    """
    stalls = list(Partner.objects.with_right(user, Right.SEE_ORDERS).order_by("name", "pk"))
    if not stalls and not has_role(user):
        if user.memberships.exists():
            raise PermissionDenied
        raise Http404
    return stalls


def _chosen_stall(request: HttpRequest, stalls: list[Partner]) -> Partner | None:
    """The stall to which the list is narrowed; one that is not the person's own is as good as none."""
    slug = request.GET.get("stall")
    if not slug:
        return None
    for stall in stalls:
        if stall.slug == slug:
            return stall
    raise Http404


def _order_of(tab) -> tuple[str, ...]:
    """What waits for the team comes oldest first, what is history newest first."""
    is_history = tab.code in ("done", "cancelled")
    return ("-placed_at", "-pk") if is_history else ("placed_at", "pk")


def _movable(user: User, stalls: list[Partner]) -> set[int]:
    """The stalls whose orders this person may also move."""
    own = Partner.objects.with_right(user, Right.MOVE_ORDERS).filter(pk__in=[stall.pk for stall in stalls])
    return set(own.values_list("pk", flat=True))


def _row(seller_order: SellerOrder, movable: set[int]) -> dict:
    """One seller order of the list, with its next step if this person may take it."""
    moves = allowed_moves(seller_order) if seller_order.seller_id in movable else ()
    return {
        "order": seller_order,
        "kind": STATE_KINDS.get(seller_order.state, ""),
        "method": methods.get(seller_order.payment_method).label,
        "step": STEPS[moves[0]] if moves else None,
    }


def _seller_order(user: User, number: str) -> SellerOrder:
    """A seller order that this person may see; 403 for a team member without that right, else 404."""
    seller_order = SellerOrder.objects.visible_to(user).for_rows().filter(number=number).first()
    if seller_order is not None:
        return seller_order
    if SellerOrder.objects.filter(number=number, seller__team__user=user).exists():
        raise PermissionDenied
    raise Http404


def _order_page(
    request: HttpRequest, seller_order: SellerOrder, form: MoveForm, status: int = 200
) -> HttpResponse:
    may_move = seller_order.seller.grants(request.user, Right.MOVE_ORDERS)
    moves = allowed_moves(seller_order) if may_move else ()
    context = {
        **links_of(request.user),
        "seller_order": seller_order,
        "stall": seller_order.seller,
        "lines": seller_order.lines.all(),
        "address": seller_order.order.shipping_address,
        "placement": seller_order.order.placement,
        "kind": STATE_KINDS.get(seller_order.state, ""),
        "method": methods.get(seller_order.payment_method).label,
        "payments": list(seller_order.payments),
        "events": list(seller_order.events.select_related("actor")),
        "steps": [STEPS[state] for state in moves],
        "form": form,
        "back": reverse("producer_desk:index"),
    }
    return render(request, "desks/producer/order.html", context, status=status)


def _way_back(request: HttpRequest, seller_order: SellerOrder) -> str:
    """The list from which the step was taken, else the order's own page."""
    page = request.POST.get("back", "")
    is_ours = page.startswith(reverse("producer_desk:index")) and url_has_allowed_host_and_scheme(
        page, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return page if is_ours else reverse("producer_desk:order", args=[seller_order.number])
