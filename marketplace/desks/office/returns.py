"""The office's desk: returns between buyers and sellers, who does not answer, and what the office decides."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from marketplace.core.exceptions import Refused
from marketplace.core.fields import NumberField
from marketplace.core.money import parse_vnd
from marketplace.core.private_files import private_answer
from marketplace.desks.office import card_refunds
from marketplace.desks.office.access import for_office
from marketplace.desks.office.reasons import reason_field
from marketplace.payments.models import Payment, Refund
from marketplace.sales.domain import returns
from marketplace.sales.models import ReturnRequest, SentPicture

RETURNS_PER_PAGE = 30
OVERDUE, OPEN, ALL = "overdue", "open", "all"
UNPROCESSABLE = 422


class DecideForm(forms.Form):
    """What the seller is to give back, and why."""

    amount = NumberField(label=gettext_lazy("Amount (VND)"), least=1, most=10_000_000_000)
    note = reason_field()

    use_required_attribute = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["amount"].parse = parse_vnd


@require_safe
@never_cache
@for_office
def index(request: HttpRequest) -> HttpResponse:
    """Returns whose answer or refund is overdue; or all open ones, or all."""
    chosen = request.GET.get("state", OVERDUE)
    found = ReturnRequest.objects.for_rows()
    if chosen == OPEN:
        found = found.open().order_by("answer_by", "pk")
    elif chosen == ALL:
        found = found.order_by("-asked_at", "-pk")
    else:
        chosen, found = OVERDUE, found.overdue().order_by("answer_by", "pk")
    page = Paginator(found, RETURNS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "chosen": chosen}
    return render(request, "desks/office/returns.html", context)


@require_safe
@never_cache
@for_office
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One return with its pictures and history."""
    return _page(request, _find(pk))


@require_POST
@never_cache
@for_office
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide for the buyer: the seller owes the amount, and is told until when."""
    found = _find(pk)
    form = DecideForm(request.POST)
    if form.is_valid():
        try:
            returns.decide(found, actor=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Decided. Buyer and seller are told."))
            return redirect("office_desk:return", pk=pk)
    return _page(request, _find(pk), form)


@require_POST
@never_cache
@for_office
def refund(request: HttpRequest, pk: int) -> HttpResponse:
    """Send what was decided from the seller's Stripe account back to the card it was paid with."""
    found = _find(pk)
    payment = returns.refundable_payment(found.seller_order)
    if _can_refund(found, payment):
        decided = {"amount": found.decided, "way": Refund.Way.CARD, "actor": request.user}
        card_refunds.send(request, lambda: returns.refund(found, **decided))
    else:
        messages.warning(request, _("This return is no longer to be refunded to a card."))
    return redirect("office_desk:return", pk=pk)


def _can_refund(found: ReturnRequest, payment: Payment | None) -> bool:
    """Whether what the office decided is still due and can be sent to the card."""
    return bool(found.decided) and found.is_refund_due and card_refunds.goes_to_card(payment)


def _find(pk: int) -> ReturnRequest:
    return get_object_or_404(ReturnRequest.objects.for_rows(), pk=pk)


def _page(request: HttpRequest, found: ReturnRequest, form: DecideForm | None = None) -> HttpResponse:
    payment = returns.refundable_payment(found.seller_order)
    left = payment.refundable if payment is not None else 0
    can_decide = left > 0 and ReturnRequest.State.DECIDED in returns.allowed_moves(found)
    context = {
        "request_": found,
        "lines": list(found.lines.all()),
        "pictures": [
            (each, reverse("office_desk:return-picture", args=[found.pk, each.pk]))
            for each in found.pictures.all()
        ],
        "seller_pays_way_back": returns.is_way_back_paid_by_seller(found),
        "steps": list(found.steps.select_related("actor")),
        "can_decide": can_decide,
        "left": left,
        "form": form or DecideForm(initial={"amount": min(found.goods_total, left) or None}),
        "can_refund": _can_refund(found, payment),
    }
    status = UNPROCESSABLE if form is not None and form.errors else 200
    return render(request, "desks/office/return.html", context, status=status)


@require_safe
@for_office
def picture(request: HttpRequest, pk: int, picture: int) -> HttpResponseBase:
    """A picture that the buyer sent with the return."""
    found = get_object_or_404(SentPicture, return_request=pk, pk=picture)
    return private_answer(found.name, "image/webp")
