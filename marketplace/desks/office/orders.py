"""The office's desk: one seller order, to see how it stands, and to do for a seller what a seller does not.

The office cancels all or a part of it, and sends back to a card what is owed. Other money it cannot send: the
seller has it.
"""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from marketplace.core.exceptions import Refused
from marketplace.desks.office import card_refunds
from marketplace.desks.office.access import for_office
from marketplace.desks.office.reasons import reason_field
from marketplace.payments import methods
from marketplace.payments.models import Payment, Refund
from marketplace.sales.domain import fulfil
from marketplace.sales.domain.reduce import REDUCIBLE, cancel_lines
from marketplace.sales.forms import LinesForm
from marketplace.sales.models import SellerOrder

LONGEST_NUMBER = 40
UNPROCESSABLE = 422


class CancelForm(forms.Form):
    reason = reason_field()


class ReduceForm(LinesForm):
    """How many of each line to cancel, and why."""

    prefix = "part"
    reason = reason_field()


@require_safe
@never_cache
@for_office
def index(request: HttpRequest) -> HttpResponse:
    """Seller orders by the number of the order or of a part of it."""
    number = request.GET.get("q", "").replace("\x00", "").strip().upper()[:LONGEST_NUMBER]
    found = SellerOrder.objects.none()
    if number:
        whole = SellerOrder.objects.filter(order__number=number) | SellerOrder.objects.filter(number=number)
        found = whole.select_related("seller").order_by("number")
    return render(request, "desks/office/orders.html", {"number": number, "found": list(found)})


@require_safe
@never_cache
@for_office
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """One seller order: its goods, its money and its history."""
    return _page(request, _find(number))


@require_POST
@never_cache
@for_office
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Cancel it for buyer and seller: stock goes back, and the seller owes what was paid."""
    seller_order = _find(number)
    form = CancelForm(request.POST)
    if form.is_valid():
        try:
            fulfil.cancel(seller_order, actor=request.user, note=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The order is cancelled. What was paid is owed back by the seller."))
            return redirect("office_desk:order", number=seller_order.number)
    return _page(request, seller_order, form)


@require_POST
@never_cache
@for_office
def reduce(request: HttpRequest, number: str) -> HttpResponse:
    """Cancel a part of it, line by line, while the goods are with the seller."""
    seller_order = _find(number)
    form = ReduceForm(request.POST, seller_order=seller_order)
    if form.is_valid():
        given = form.cleaned_data
        try:
            cancel_lines(
                seller_order,
                form.cancelled,
                seen_total=given["seen"],
                actor=request.user,
                note=given["reason"],
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("A part is cancelled. What was paid for it is owed back by the seller.")
            )
            return redirect("office_desk:order", number=seller_order.number)
    return _page(request, seller_order, reduce_form=form)


@require_POST
@never_cache
@for_office
def refund(request: HttpRequest, number: str) -> HttpResponse:
    """Send what is owed back of a card payment from the seller's Stripe account to the card."""
    seller_order = _find(number)
    payment = _owed_to_card(seller_order)
    if payment is None:
        messages.warning(request, _("Nothing of this payment is owed back any more."))
    else:
        owed = {"way": Refund.Way.CARD, "proof": "", "actor": request.user, "only_owed": True}
        method = methods.get(payment.method)
        card_refunds.send(request, lambda: method.refund(payment, payment.refund_owed, **owed))
    return redirect("office_desk:order", number=seller_order.number)


def _owed_to_card(seller_order: SellerOrder) -> Payment | None:
    """The payment of which something is owed back and can go to a card."""
    owing = (payment for payment in seller_order.payments if payment.refund_owed)
    return next(filter(card_refunds.goes_to_card, owing), None)


def _find(number: str) -> SellerOrder:
    return get_object_or_404(SellerOrder.objects.select_related("seller", "order__placement"), number=number)


def _page(
    request: HttpRequest,
    seller_order: SellerOrder,
    form: CancelForm | None = None,
    reduce_form: ReduceForm | None = None,
) -> HttpResponse:
    lines = seller_order.lines_to_send
    sent = [each for each in (form, reduce_form) if each is not None]
    context = {
        "seller_order": seller_order,
        "lines": lines,
        "payment": seller_order.payments.last(),
        "steps": list(seller_order.events.select_related("actor")),
        "form": form or CancelForm(),
        "can_cancel": SellerOrder.State.CANCELLED in fulfil.allowed_moves(seller_order),
        "reduce_form": reduce_form or ReduceForm(seller_order=seller_order),
        "can_reduce": seller_order.state in REDUCIBLE and sum(line.quantity for line in lines) > 1,
        "owed_to_card": _owed_to_card(seller_order),
    }
    status = UNPROCESSABLE if any(each.errors for each in sent) else 200
    return render(request, "desks/office/order.html", context, status=status)
