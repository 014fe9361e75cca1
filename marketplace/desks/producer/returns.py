"""The producer's desk: goods that buyers want to give back, and the seller's answers."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from marketplace.core import clock
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.core.roles import Right
from marketplace.desks.producer.links import links_of
from marketplace.desks.producer.messages import newest_said, picture_address
from marketplace.desks.producer.order_access import login_first
from marketplace.desks.producer.return_forms import AcceptForm, ReceiveForm, RefundForm, RefuseForm
from marketplace.desks.producer.stalls import stalls_with
from marketplace.desks.producer.transfers import SENT_TO_CARD
from marketplace.payments import methods
from marketplace.payments.models import Payment, Refund
from marketplace.sales.domain import returns
from marketplace.sales.models import ReturnRequest, SellerOrder

RETURNS_PER_PAGE = 20
UNPROCESSABLE = 422

State = ReturnRequest.State
STATE_KINDS = {
    State.ASKED: "new",
    State.ACCEPTED: "ok",
    State.RECEIVED: "new",
    State.DECIDED: "warn",
    State.REFUNDED: "ok",
    State.REFUSED: "warn",
}


@dataclass(frozen=True)
class Tab:
    code: str
    label: Promise
    states: tuple[str, ...]


TABS = (
    Tab("asked", gettext_lazy("To answer"), (State.ASKED,)),
    Tab("accepted", gettext_lazy("Goods on the way"), (State.ACCEPTED,)),
    Tab("received", gettext_lazy("To refund"), (State.RECEIVED, State.DECIDED)),
    Tab("done", gettext_lazy("Done"), (State.REFUNDED, State.REFUSED, State.WITHDRAWN)),
)

DONE = {
    "accept": gettext_lazy("Accepted. The buyer is told."),
    "refuse": gettext_lazy("Refused. The buyer is told why."),
    "receive": gettext_lazy("The goods are noted as received."),
    "refund": gettext_lazy("The refund is noted. The buyer is told."),
}


@require_safe
@login_required
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """The returns to the person's stalls by what is to be done; what is due first comes first."""
    stalls = stalls_with(request.user, Right.ANSWER_BUYERS)
    own = ReturnRequest.objects.filter(seller__in=[stall.pk for stall in stalls])
    counts = dict(own.order_by().values_list("state").annotate(number=Count("pk")))
    tabs = [(tab, sum(counts.get(state, 0) for state in tab.states)) for tab in TABS]
    chosen, count = next((each for each in tabs if each[0].code == request.GET.get("state")), tabs[0])
    order = ("answer_by", "pk") if chosen is TABS[0] else ("-asked_at", "-pk")
    paginator = Paginator(own.filter(state__in=chosen.states).for_rows().order_by(*order), RETURNS_PER_PAGE)
    paginator.count = count
    page = paginator.get_page(request.GET.get("page"))
    context = {
        **links_of(request.user),
        "stalls": stalls,
        "stall": stalls[0] if len(stalls) == 1 else None,
        "tabs": tabs,
        "tab": chosen,
        "page": page,
        "rows": [(each, STATE_KINDS.get(each.state, "")) for each in page],
        "today": clock.today(),
    }
    return render(request, "desks/producer/returns.html", context)


@require_safe
@login_required
@never_cache
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, return_to_answer(request.user, pk))


@require_POST
@never_cache
@login_first("producer_desk:return")
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer: accept, refuse, receive or refund, as ``act`` says."""
    found = return_to_answer(request.user, pk)
    act = request.POST.get("act", "")
    if act not in DONE:
        raise Http404
    form = _forms(found, act, request.POST)[act]
    if not form.is_valid():
        return _page(request, found, {act: form}, status=UNPROCESSABLE)
    try:
        _ACTS[act](found, form, request.user)
    except returns.ReturnMoved as refusal:
        messages.warning(request, str(refusal))
    except Refused as refusal:
        form.add_error(None, str(refusal))
        found.refresh_from_db()
        return _page(request, found, {act: form}, status=UNPROCESSABLE)
    else:
        to_card = form.cleaned_data.get("way") == Refund.Way.CARD
        messages.success(request, SENT_TO_CARD if to_card else DONE[act])
    return redirect("producer_desk:return", pk=pk)


def order_context(user: User, seller_order: SellerOrder) -> dict:
    """What the page of an order shows of its messages and returns; nothing for who may not answer."""
    if not seller_order.seller.grants(user, Right.ANSWER_BUYERS):
        return {"said": None, "order_returns": []}
    found = seller_order.returns.order_by("-pk")
    return {
        "said": newest_said(seller_order),
        "order_returns": [(each, STATE_KINDS.get(each.state, "")) for each in found],
    }


def return_to_answer(user: User, pk: int) -> ReturnRequest:
    """A return that this person may answer; 403 for a team member without the right, else 404."""
    found = ReturnRequest.objects.answerable_by(user).for_rows().filter(pk=pk).first()
    if found is None:
        if ReturnRequest.objects.filter(pk=pk, seller__team__user=user).exists():
            raise PermissionDenied
        raise Http404
    return found


def _page(
    request: HttpRequest,
    found: ReturnRequest,
    bound: dict[str, forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    number = found.seller_order.number
    payment = returns.refundable_payment(found.seller_order)
    moves = returns.allowed_moves(found)
    context = {
        **links_of(request.user),
        "stall": found.seller,
        "request_": found,
        "kind": STATE_KINDS.get(found.state, ""),
        "lines": list(found.lines.all()),
        "pictures": [(each, picture_address(number, each)) for each in found.pictures.all()],
        "seller_pays_way_back": returns.is_way_back_paid_by_seller(found),
        "steps": list(found.steps.select_related("actor")),
        "can": {state.value: state in moves for state in State},
        "left": payment.refundable if payment is not None else 0,
        "to_card": payment is not None and Refund.Way.CARD in _ways(payment),
        "today": clock.today(),
        "forms": {**{act: _unbound(found, act, payment) for act in DONE}, **(bound or {})},
    }
    return render(request, "desks/producer/return.html", context, status=status)


def _unbound(found: ReturnRequest, act: str, payment: Payment | None) -> forms.Form:
    if act == "refund" and payment is not None:
        initial = {"amount": min(found.decided or found.goods_total, payment.refundable)}
        return RefundForm(initial=initial, ways=_ways(payment))
    return _forms(found, act, None)[act]


def _ways(payment: Payment | None) -> list[Refund.Way]:
    """How a payment can go back; all ways where nothing is left, which the act itself refuses."""
    return methods.get(payment.method).refund_ways(payment) if payment is not None else list(Refund.Way)


def _forms(found: ReturnRequest, act: str, data) -> dict[str, forms.Form]:
    makers: dict[str, Callable[[], forms.Form]] = {
        "accept": lambda: AcceptForm(data),
        "refuse": lambda: RefuseForm(data),
        "receive": lambda: ReceiveForm(data, request=found),
        "refund": lambda: RefundForm(data, ways=_ways(returns.refundable_payment(found.seller_order))),
    }
    return {act: makers[act]()}


_ACTS: dict[str, Callable] = {
    "accept": lambda found, form, actor: returns.accept(found, actor=actor, **form.cleaned_data),
    "refuse": lambda found, form, actor: returns.refuse(found, actor=actor, **form.cleaned_data),
    "receive": lambda found, form, actor: returns.receive(
        found, restocked=form.restocked, note=form.cleaned_data["note"], actor=actor
    ),
    "refund": lambda found, form, actor: returns.refund(found, actor=actor, **form.cleaned_data),
}
