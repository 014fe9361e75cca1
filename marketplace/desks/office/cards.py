"""The office's desk: what Stripe told that only a person can make sense of, and disputed card payments."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from marketplace.core import activity
from marketplace.core.fields import TextField
from marketplace.desks.office.access import for_office
from marketplace.payments.domain import stripe_events
from marketplace.payments.models import StripeDispute, StripeEvent

ROWS_PER_PAGE = 30
UNPROCESSABLE = 422
MESSAGES, DISPUTES = "messages", "disputes"

PROBLEMS: dict[str, Promise] = {
    "order_gone": gettext_lazy("It names an order that there is not."),
    "other_account": gettext_lazy("It comes from another account than the seller's."),
    "other_amount": gettext_lazy("Another amount than was asked for."),
    "other_currency": gettext_lazy("Another currency than VND."),
    "other_visit": gettext_lazy("It names another page than the one that was opened."),
    "paid_back_twice": gettext_lazy(
        "The buyer has money twice: from the seller, then by a lost dispute. The dispute is counted."
    ),
    "refund_too_large": gettext_lazy("More went back than the seller has of the payment."),
    "other_form": gettext_lazy("Its form is not one that is known."),
}


class SettleForm(forms.Form):
    note = TextField(
        label=gettext_lazy("What was found and done"),
        max_length=500,
        error_messages={"required": gettext_lazy("Please write what was found.")},
    )

    use_required_attribute = False


@require_safe
@never_cache
@for_office
def index(request: HttpRequest) -> HttpResponse:
    """Messages that were left to a person, or all disputes, the newest first."""
    return _page(request)


@require_POST
@never_cache
@for_office
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """A person has looked into a message; money is moved by none of this."""
    event = get_object_or_404(StripeEvent, pk=pk)
    form = SettleForm(request.POST)
    if not form.is_valid():
        return _page(request, form, event.pk)
    if stripe_events.settle(event, actor=request.user, note=form.cleaned_data["note"]):
        activity.record("stripe_event.settled", event, actor=request.user, event=event.identifier)
        messages.success(request, _("The message is settled."))
    else:
        messages.warning(request, _("Somebody else has settled it already."))
    return redirect("office_desk:cards")


def _page(request: HttpRequest, sent: SettleForm | None = None, of: int = 0) -> HttpResponse:
    chosen = DISPUTES if request.GET.get("show") == DISPUTES else MESSAGES
    disputes = StripeDispute.objects.select_related("session__payment", "session__account__seller")
    kept = StripeEvent.objects.filter(outcome=StripeEvent.Outcome.KEPT)
    paginator = Paginator(disputes if chosen == DISPUTES else kept, ROWS_PER_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "chosen": chosen,
        "page": page,
        "rows": [] if chosen == DISPUTES else [_row(each, sent if each.pk == of else None) for each in page],
        "form": sent,
    }
    return render(request, "desks/office/cards.html", context, status=UNPROCESSABLE if sent else 200)


def _row(event: StripeEvent, sent: SettleForm | None) -> tuple[StripeEvent, Promise | str, SettleForm]:
    form = sent or SettleForm(auto_id=f"id_{event.pk}_%s")
    return event, PROBLEMS.get(event.problem, event.problem), form
