"""The producer's desk: orders of one's own stalls: moving them on, cancelling a part, tracking a parcel."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from marketplace.core.addresses import address
from marketplace.core.exceptions import Refused
from marketplace.core.roles import Right
from marketplace.desks.producer.links import links_of
from marketplace.desks.producer.order_access import (
    chosen_stall,
    login_first,
    movable_of,
    orders_of,
    seller_order_of,
    several_of,
    stalls_of_orders,
)
from marketplace.desks.producer.order_filters import OrderFilter
from marketplace.desks.producer.order_forms import (
    MOST_AT_ONCE,
    MoveForm,
    MoveManyForm,
    ParcelForm,
    ReduceForm,
)
from marketplace.desks.producer.order_steps import STATE_KINDS, STEPS, Step, step_of
from marketplace.desks.producer.paid import Paid, paid_of
from marketplace.desks.producer.returns import order_context
from marketplace.desks.producer.tabs import Tab, counted, counted_in_short, offered, tab_of
from marketplace.notifications.order_mails import OrderMail, mail_about
from marketplace.payments import methods
from marketplace.payments.models import Payment
from marketplace.sales.domain.dispatch import is_trackable, track
from marketplace.sales.domain.fulfil import ACTS, MoveForbidden, allowed_moves
from marketplace.sales.domain.reduce import REDUCIBLE, cancel_lines
from marketplace.sales.models import SellerOrder

ORDERS_PER_PAGE = 20
#: Goods of an order that its row names; of the others it tells how many.
LINES_SHOWN = 2
UNPROCESSABLE = 422

State = SellerOrder.State


# --- the list
@require_safe
@login_required
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """The orders of the stalls in whose team this person may see them, by tab, narrowed and found by text."""
    stalls = stalls_of_orders(request.user)
    chosen = chosen_stall(request, stalls)
    form = OrderFilter(request.GET, stalls=[chosen] if chosen is not None else stalls)
    seller_orders = form.narrow(orders_of(request.user, stalls, chosen))
    tab = tab_of(request.GET.get("state"))
    is_narrowed = form.narrows or bool(form.text)
    counts = counted(seller_orders) if is_narrowed else counted_in_short(seller_orders, tab)
    page = _page(seller_orders, tab, counts[tab].value, request.GET.get("page"))
    movable = movable_of(request.user, {stall.pk for stall in stalls})
    rows = rows_of(in_order(page), movable)
    context = {
        **links_of(request.user),
        "stalls": stalls,
        "chosen": chosen,
        "stall": chosen or (stalls[0] if len(stalls) == 1 else None),
        "form": form,
        "tab": tab,
        "tabs": offered(counts, tab),
        "text": form.text,
        "page": page,
        "rows": rows,
        "many": _steps_of(rows),
        "all_chosen": request.GET.get("chosen") == "all",
        "several": chosen is None and len(stalls) != 1,
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "desks/producer/index.html", context, status=status)


def _page(seller_orders: QuerySet[SellerOrder], tab: Tab, count: int, number: str | None) -> Page:
    """A page of keys, which the database reads from an index alone; the tabs have counted them already."""
    keys = tab.of(seller_orders).order_by(*_order_of(tab)).values_list("pk", flat=True)
    paginator = Paginator(keys, ORDERS_PER_PAGE)
    paginator.count = count
    return paginator.get_page(number)


def in_order(page: Page) -> list[SellerOrder]:
    """The seller orders of a page of keys, in its order."""
    keys = list(page)
    found = SellerOrder.objects.for_list().in_bulk(keys)
    return [found[key] for key in keys if key in found]


def _steps_of(rows: list[dict]) -> list[Step]:
    """The steps that orders of a list take next: what can be done with several of them at once."""
    found = {row["step"].state for row in rows if row["step"] is not None}
    return [step for state, step in STEPS.items() if state in found]


def _order_of(tab: Tab) -> tuple[str, ...]:
    """What waits for the team comes oldest first, what is history newest first."""
    return ("-placed_at", "-pk") if tab.is_history else ("placed_at", "pk")


def rows_of(seller_orders: list[SellerOrder], movable: set[int]) -> list[dict]:
    """What `order_rows.html` shows: how each is paid, and its next step if this person may take it."""
    paid = paid_of(seller_orders)
    return [_row(each, paid[each.number], movable) for each in seller_orders]


def _row(seller_order: SellerOrder, paid: Paid | None, movable: set[int]) -> dict:
    moves = allowed_moves(seller_order) if seller_order.seller_id in movable else ()
    lines = seller_order.lines_to_send
    return {
        "order": seller_order,
        "url": address("producer_desk:order", seller_order.number),
        "move_url": address("producer_desk:move", seller_order.number),
        "placed": date_format(timezone.localtime(seller_order.placed_at), "SHORT_DATETIME_FORMAT"),
        "lines": lines[:LINES_SHOWN],
        "more": _more(len(lines) - LINES_SHOWN),
        # Django's own get_state_display translates every state to find the one.
        "state": State(seller_order.state).label,
        "kind": STATE_KINDS.get(seller_order.state, ""),
        "paid": paid,
        "step": step_of(seller_order, moves[0]) if moves else None,
        "open": pgettext("order", "Open"),
    }


def _more(count: int) -> str:
    return ngettext("and %(count)s more", "and %(count)s more", count) % {"count": count} if count > 0 else ""


# --- one order
@require_safe
@login_required
@never_cache
def order(request: HttpRequest, number: str) -> HttpResponse:
    return order_page(request, seller_order_of(request.user, number))


@require_POST
@never_cache
@login_first("producer_desk:order")
def move(request: HttpRequest, number: str) -> HttpResponse:
    """Take one step; a second click, or a colleague who was faster, is told and changes nothing."""
    seller_order = seller_order_of(request.user, number, to_move=True)
    form = MoveForm(request.POST)
    if not form.is_valid():
        return order_page(request, seller_order, form=form, status=UNPROCESSABLE)
    if _moved(request, seller_order, form.cleaned_data["state"], form.cleaned_data["note"]):
        done = step_of(seller_order, form.cleaned_data["state"]).done
        messages.success(request, done % {"number": seller_order.number})
    return redirect(_way_back(request) or _page_of(seller_order))


@require_POST
@never_cache
@login_first("producer_desk:index")
def move_many(request: HttpRequest) -> HttpResponse:
    """Take the same step with several orders; what became of each is told."""
    stalls_of_orders(request.user)
    numbers = request.POST.getlist("order")[:MOST_AT_ONCE]
    back = _way_back(request) or reverse("producer_desk:index")
    form = MoveManyForm(request.POST)
    seller_orders = several_of(request.user, numbers, to_move=True)
    if not seller_orders or not form.is_valid():
        messages.warning(request, _("Please choose the orders, and what to do with them."))
        return redirect(back)
    state = form.cleaned_data["state"]
    moved = [each.number for each in seller_orders if _moved(request, each, state)]
    if moved:
        label = State(state).label
        text = _("%(state)s: %(numbers)s") % {"state": label, "numbers": ", ".join(moved)}
        messages.success(request, text)
    return redirect(back)


@require_POST
@never_cache
@login_first("producer_desk:order")
def reduce(request: HttpRequest, number: str) -> HttpResponse:
    """Cancel a part of an order with a reason."""
    seller_order = seller_order_of(request.user, number, to_move=True)
    form = ReduceForm(request.POST, seller_order=seller_order)
    if form.is_valid():
        try:
            cancel_lines(
                seller_order,
                form.cancelled,
                seen_total=form.cleaned_data["seen"],
                actor=request.user,
                note=form.cleaned_data["reason"],
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("A part is cancelled; its goods are back in stock."))
            return redirect(_page_of(seller_order))
    return order_page(request, seller_order, reduce_form=form, status=UNPROCESSABLE)


@require_POST
@never_cache
@login_first("producer_desk:order")
def parcel(request: HttpRequest, number: str) -> HttpResponse:
    """Write down the carrier and the tracking number."""
    seller_order = seller_order_of(request.user, number, to_move=True)
    form = ParcelForm(request.POST)
    if form.is_valid():
        try:
            track(
                seller_order,
                carrier_code=form.cleaned_data["carrier"],
                tracking_number=form.cleaned_data["tracking_number"],
                actor=request.user,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The carrier is saved; the buyer sees it."))
            return redirect(_page_of(seller_order))
    return order_page(request, seller_order, parcel_form=form, status=UNPROCESSABLE)


def order_page(
    request: HttpRequest,
    seller_order: SellerOrder,
    *,
    form: MoveForm | None = None,
    reduce_form: ReduceForm | None = None,
    parcel_form: ParcelForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of one seller order, with the form that was not understood, if there is one."""
    may_move = seller_order.seller.grants(request.user, Right.MOVE_ORDERS)
    moves = allowed_moves(seller_order) if may_move else ()
    travels = getattr(seller_order, "parcel", None)
    links = links_of(request.user)
    payments = list(seller_order.payments.select_related("transfer_request"))
    awaited = next((each for each in payments if each.is_awaited and hasattr(each, "transfer_request")), None)
    context = {
        **links,
        "seller_order": seller_order,
        "stall": seller_order.seller,
        "lines": seller_order.lines.all(),
        "address": seller_order.order.shipping_address,
        "placement": seller_order.order.placement,
        "kind": STATE_KINDS.get(seller_order.state, ""),
        "method": methods.get(seller_order.payment_method).label,
        "paid": paid_of([seller_order], payments)[seller_order.number],
        "payments": payments,
        "awaited_transfer": awaited,
        "events": list(seller_order.events.select_related("actor")),
        "steps": [step_of(seller_order, state) for state in moves],
        "mails": mails_of(seller_order, moves, payments),
        "form": form or MoveForm(),
        "parcel": travels,
        "parcel_form": parcel_form or _parcel_form(seller_order, may_move),
        "reduce_form": reduce_form or _reduce_form(seller_order, may_move),
        "back": reverse("producer_desk:index"),
        **order_context(request.user, seller_order),
    }
    return render(request, "desks/producer/order.html", context, status=status)


def mails_of(
    seller_order: SellerOrder, moves: tuple[str, ...], payments: list[Payment]
) -> list[tuple[Step, OrderMail | None]]:
    """Each step with the mail that the buyer would get, or None; nothing for a buyer without an address."""
    if not seller_order.order.placement.buyer_email:
        return []
    kept = sum(payment.kept for payment in payments)
    return [(step_of(seller_order, state), mail_about(seller_order, state, kept=kept)) for state in moves]


def _reduce_form(seller_order: SellerOrder, may_move: bool) -> ReduceForm | None:
    pieces = sum(line.quantity for line in seller_order.lines_to_send)
    is_possible = may_move and seller_order.state in REDUCIBLE and pieces > 1
    return ReduceForm(seller_order=seller_order) if is_possible else None


def _parcel_form(seller_order: SellerOrder, may_move: bool) -> ParcelForm | None:
    if not may_move or not is_trackable(seller_order):
        return None
    travels = getattr(seller_order, "parcel", None)
    known = {"carrier": travels.carrier_code, "tracking_number": travels.tracking_number} if travels else {}
    return ParcelForm(initial=known)


def _moved(request: HttpRequest, seller_order: SellerOrder, state: str, note: str = "") -> bool:
    """Take the step; whoever was too late is told."""
    try:
        ACTS[state](seller_order, actor=request.user, note=note)
    except Refused as refusal:
        _tell_refusal(request, seller_order, refusal)
        return False
    return True


def _tell_refusal(request: HttpRequest, seller_order: SellerOrder, refusal: Refused) -> None:
    if isinstance(refusal, MoveForbidden) and refusal.is_done_already:
        messages.info(
            request,
            _("Order %(number)s was “%(state)s” already; nothing else has changed.")
            % {"number": seller_order.number, "state": seller_order.get_state_display()},
        )
    else:
        messages.warning(request, str(refusal))


def _page_of(seller_order: SellerOrder) -> str:
    return reverse("producer_desk:order", args=[seller_order.number])


def _way_back(request: HttpRequest) -> str | None:
    """The page of the desk from which a step was taken, if the form names one."""
    page = request.POST.get("back", "")
    is_ours = page.startswith(reverse("producer_desk:index")) and url_has_allowed_host_and_scheme(
        page, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return page if is_ours else None
