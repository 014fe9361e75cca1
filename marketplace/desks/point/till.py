"""The point's desk: closing the day, and what is owed to producers."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from marketplace.core import clock
from marketplace.core.exceptions import Refused
from marketplace.core.fields import DayField, NumberField, PriceField, TextField
from marketplace.core.money import format_vnd, parse_vnd
from marketplace.core.roles import Right
from marketplace.desks.point.access import desk_of
from marketplace.desks.point.forms import NOTE_LENGTH, PAPER_LENGTH, ClientIdField
from producers.domain import closings, consignment
from producers.domain.acts import By
from producers.domain.consignment import Debt
from producers.domain.prices import HIGHEST
from producers.models import PointAct

PER_PAGE = 31
UNPROCESSABLE = 422
MOST_PAYMENTS = 20


class CashField(NumberField):
    """Cash in whole VND, none included."""

    parse = staticmethod(parse_vnd)
    default_error_messages = {"invalid": gettext_lazy("Please write whole dong, such as 1.250.000.")}


class CloseForm(forms.Form):
    """The day that is closed, and the cash that was counted."""

    day = DayField(label=gettext_lazy("Day"))
    counted = CashField(label=gettext_lazy("Cash counted (₫)"), most=HIGHEST)
    note = TextField(
        label=gettext_lazy("Note"),
        max_length=NOTE_LENGTH,
        required=False,
        help_text=gettext_lazy("Such as why there is more or less than there should be."),
    )

    def clean_day(self):
        day = self.cleaned_data["day"]
        if day > clock.today():
            raise forms.ValidationError(_("This day has not come yet."))
        return day


class SettleForm(forms.Form):
    """What a producer is paid."""

    producer = forms.TypedChoiceField(label=gettext_lazy("Producer"), coerce=int)
    amount = PriceField(label=gettext_lazy("Amount (₫)"))
    paid_by = forms.ChoiceField(
        label=gettext_lazy("Paid by"), choices=PointAct.Payment, initial=PointAct.Payment.CASH
    )
    paper = TextField(label=gettext_lazy("Number of the paper"), max_length=PAPER_LENGTH, required=False)
    client_id = ClientIdField()

    def __init__(self, *args, debts: list[Debt], **kwargs):
        super().__init__(*args, **kwargs)
        self.debts = {debt.producer.pk: debt for debt in debts if debt.owed > 0}
        self.fields["producer"].choices = [
            (pk, f"{debt.producer.name}: {format_vnd(debt.owed)}") for pk, debt in self.debts.items()
        ]


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def closing(request: HttpRequest, slug: str) -> HttpResponse:
    """What the till should hold, closing the day, and the closings before."""
    desk = desk_of(request.user, slug, Right.KEEP_SHELF)
    form = CloseForm(request.POST or None, initial={"day": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            done = closings.close(desk.point, actor=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _closed_words(done.difference))
            return redirect("point_desk:closing", slug)
    context = {
        **desk.frame,
        "due": closings.due(desk.point),
        "form": form,
        "page": Paginator(desk.point.closings.select_related("actor"), PER_PAGE).get_page(
            request.GET.get("page")
        ),
    }
    return render(request, "desks/point/closing.html", context, status=UNPROCESSABLE if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def debts(request: HttpRequest, slug: str) -> HttpResponse:
    """What is owed for goods on consignment, by producer; a post notes a payment."""
    desk = desk_of(request.user, slug, Right.RUN_POINT)
    owed = consignment.debts(desk.point)
    form = SettleForm(request.POST or None, debts=owed)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        producer = form.debts[values["producer"]].producer
        by = By(request.user, client_id=values["client_id"])
        try:
            consignment.settle(
                desk.point,
                producer,
                values["amount"],
                paid_by=values["paid_by"],
                by=by,
                paper=values["paper"],
            )
        except Refused as refusal:
            form.add_error("amount", str(refusal))
        else:
            words = _("%(amount)s to %(producer)s is written down.")
            shown = {"amount": format_vnd(values["amount"]), "producer": producer.name}
            messages.success(request, words % shown)
            return redirect("point_desk:debts", slug)
    paid = PointAct.objects.filter(point=desk.point, kind=PointAct.Kind.SETTLEMENT)
    context = {
        **desk.frame,
        "debts": owed,
        "total": sum(debt.owed for debt in owed),
        "form": form,
        "payments": list(paid.select_related("producer", "actor")[:MOST_PAYMENTS]),
    }
    return render(request, "desks/point/debts.html", context, status=UNPROCESSABLE if form.errors else 200)


def _closed_words(difference: int) -> str:
    if difference == 0:
        return _("The day is closed; the till is right.")
    if difference > 0:
        return _("The day is closed; the till holds %(sum)s more than it should.") % {
            "sum": format_vnd(difference)
        }
    return _("The day is closed; the till lacks %(sum)s.") % {"sum": format_vnd(-difference)}
