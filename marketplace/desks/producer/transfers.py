"""The producer's desk: money that came in by transfer, and what a person says it is for."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.core.exceptions import Refused
from marketplace.core.keys import key_of
from marketplace.core.models import User
from marketplace.core.money import format_number
from marketplace.desks.keyed import KeyedPaginator
from marketplace.desks.producer.links import links_of
from marketplace.desks.producer.money_pages import UNPROCESSABLE, Desk, paid_order_of
from marketplace.desks.producer.order_access import login_first
from marketplace.desks.producer.transfer_forms import (
    HandForm,
    MatchForm,
    NoteForm,
    OwedRefundForm,
    ProofForm,
)
from marketplace.payments import methods
from marketplace.payments.domain import transfers
from marketplace.payments.models import Payment, Refund, Transfer
from marketplace.sales.models import SellerOrder
from producers.models import Partner

ROWS_PER_PAGE = 30

State = Transfer.State
STATE_KINDS = {
    State.UNMATCHED: "new",
    State.MATCHED: "ok",
    State.TO_REFUND: "warn",
}
DONE = {
    "match": gettext_lazy("The money is counted for the order."),
    "to_refund": gettext_lazy("Marked to be given back."),
    "refunded": gettext_lazy("The refund is noted."),
    "aside": gettext_lazy("Set aside: it is not for an order."),
    "again": gettext_lazy("Taken back to what is not decided."),
}
SENT_TO_CARD = gettext_lazy("The money is on its way to the buyer's card.")


@require_safe
@login_required
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """The stall's transfers by what is to be done with them, the newest first."""
    desk = Desk.of(request)
    own = Transfer.objects.filter(seller=desk.stall)
    counts = dict(own.order_by().values_list("state").annotate(number=Count("pk")))
    asked = request.GET.get("state")
    state = State(asked) if asked in State.values else State.UNMATCHED
    rows = own.filter(state=state).select_related("payment").order_by("-pk")
    paginator = KeyedPaginator(rows, ROWS_PER_PAGE, count=counts.get(state, 0))
    page = paginator.get_page(request.GET.get("page"))
    context = {
        **desk.context(request, "transfers"),
        "tabs": [(each, counts.get(each, 0)) for each in State],
        "state": state,
        "page": page,
        "rows": [(each, STATE_KINDS.get(each.state, "")) for each in page],
        "again": transfers.AGAIN,
    }
    return render(request, "desks/producer/transfers.html", context)


@require_safe
@login_required
@never_cache
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, transfer_of(request.user, pk))


@require_POST
@never_cache
@login_first("producer_desk:transfer")
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what the money is for, as ``act`` says."""
    found = transfer_of(request.user, pk)
    act = request.POST.get("act", "")
    if act not in DONE:
        raise Http404
    form = _form(act, found, request.POST)
    if not form.is_valid():
        return _page(request, found, {act: form}, status=UNPROCESSABLE)
    try:
        _ACTS[act](found, form, request.user)
    except transfers.TransferMoved as refusal:
        messages.warning(request, str(refusal))
    except Refused as refusal:
        form.add_error(None, str(refusal))
        found.refresh_from_db()
        return _page(request, found, {act: form}, status=UNPROCESSABLE)
    else:
        messages.success(request, DONE[act])
    return redirect("producer_desk:transfer", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def note(request: HttpRequest, number: str) -> HttpResponse:
    """Money for an order that the seller has seen in the account, before any file or message says so."""
    seller_order = paid_order_of(request.user, number)
    payment = seller_order.payments.last()
    initial = {"amount": payment.outstanding or None, "seen_received": payment.received}
    form = HandForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            transfers.note_by_hand(seller_order.seller, payment, actor=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            payment.refresh_from_db()
            form.data = {**form.data.dict(), "seen_received": payment.received}
        else:
            messages.success(request, DONE["match"])
            return redirect("producer_desk:order", number)
    context = {
        **links_of(request.user),
        "stall": seller_order.seller,
        "seller_order": seller_order,
        "payment": payment,
        "form": form,
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "desks/producer/transfer_note.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def refunds_owed(request: HttpRequest) -> HttpResponse:
    """Payments of which the seller has more than is owed, and noting that it went back."""
    desk = Desk.of(request)
    owing = _owing_of(desk.stall)
    form = OwedRefundForm(request.POST or None, ways=_ways_asked(request, owing))
    if request.method == "POST" and form.is_valid() and _is_refunded(request, owing, form):
        to_card = form.cleaned_data["way"] == Refund.Way.CARD
        messages.success(request, SENT_TO_CARD if to_card else DONE["refunded"])
        return redirect(desk.url("refunds-owed"))
    page = Paginator(owing, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    numbers = [each.reference for each in page]
    found = SellerOrder.objects.filter(number__in=numbers).select_related("order__placement")
    orders = {each.number: each for each in found}
    context = {
        **desk.context(request, "refunds-owed"),
        "page": page,
        "rows": [(each, orders.get(each.reference), _owed_form(each, form)) for each in page],
        "form": form,
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "desks/producer/refunds_owed.html", context, status=status)


def transfer_of(user: User, pk: int) -> Transfer:
    """A transfer that this person may see; 403 for a team member without the right, else 404."""
    found = Transfer.objects.visible_to(user).select_related("seller", "payment").filter(pk=pk).first()
    if found is None:
        if Transfer.objects.filter(pk=pk, seller__team__user=user).exists():
            raise PermissionDenied
        raise Http404
    return found


def _owing_of(stall: Partner) -> QuerySet[Payment]:
    """The payments of which a stall owes something back, whichever way they were made."""
    numbers = SellerOrder.objects.filter(seller=stall).order_by().values("number")
    owing = Payment.objects.owing_refunds().filter(reference__in=numbers).order_by("-pk")
    return owing.select_related("card_request__account")


def _ways_asked(request: HttpRequest, owing: QuerySet[Payment]) -> list[Refund.Way]:
    """How the payment that a form was sent for can go back; all ways for one that nothing is owed of."""
    asked = key_of(request.POST.get("payment", ""))
    payment = owing.filter(pk=asked).first() if asked is not None else None
    return methods.get(payment.method).refund_ways(payment) if payment is not None else list(Refund.Way)


def _is_refunded(request: HttpRequest, owing, form: OwedRefundForm) -> bool:
    given = form.cleaned_data
    payment = owing.filter(pk=given["payment"]).first()
    if payment is None:
        form.add_error(None, _("Nothing of this payment is owed back any more."))
        return False
    try:
        methods.get(payment.method).refund(
            payment,
            given["amount"],
            way=given["way"],
            proof=given["proof"],
            actor=request.user,
            only_owed=True,
        )
    except methods.MoreThanOwed as refusal:
        form.add_error("amount", str(refusal))
        return False
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@dataclass(frozen=True)
class FreshForm:
    """What the `OwedRefundForm` of a row begins with; ``amount`` is written as its field would.

    A template of its own draws it: the widgets of thirty forms take longer than all the rest of the page.
    """

    amount: str
    ways: list[Refund.Way]


def _owed_form(payment: Payment, sent: OwedRefundForm) -> OwedRefundForm | FreshForm:
    """The form of one row: what was sent for it, or what is owed."""
    if sent.is_bound and sent.data.get("payment") == str(payment.pk):
        return sent
    return FreshForm(format_number(payment.refund_owed), methods.get(payment.method).refund_ways(payment))


def _page(
    request: HttpRequest, found: Transfer, bound: dict[str, forms.Form] | None = None, status: int = 200
) -> HttpResponse:
    moves = transfers.ALLOWED.get(found.state, ())
    context = {
        **links_of(request.user),
        "stall": found.seller,
        "transfer": found,
        "kind": STATE_KINDS.get(found.state, ""),
        "steps": list(found.steps.select_related("actor")),
        "can": {state.value: state in moves for state in State},
        "is_again": found.hint == transfers.AGAIN,
        "forms": {**{act: _form(act, found, None) for act in DONE}, **(bound or {})},
    }
    return render(request, "desks/producer/transfer.html", context, status=status)


def _form(act: str, found: Transfer, data) -> forms.Form:
    if act == "match":
        return MatchForm(data, seller=found.seller)
    return ProofForm(data) if act == "refunded" else NoteForm(data, auto_id=f"id_{act}_%s")


def _match(found: Transfer, form: MatchForm, actor: User) -> None:
    payment = form.cleaned_data["number"].payments.last()
    transfers.match(found, payment, actor=actor)


_ACTS: dict[str, Callable] = {
    "match": _match,
    "to_refund": lambda found, form, actor: transfers.mark_to_refund(found, actor=actor, **form.cleaned_data),
    "refunded": lambda found, form, actor: transfers.note_refund(found, actor=actor, **form.cleaned_data),
    "aside": lambda found, form, actor: transfers.set_aside(found, actor=actor, **form.cleaned_data),
    "again": lambda found, form, actor: transfers.look_again(found, actor=actor, **form.cleaned_data),
}
