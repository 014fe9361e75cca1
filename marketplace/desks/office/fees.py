"""The office's desk: the marketplace's fee, by dated rates."""

from decimal import Decimal

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from marketplace.core.exceptions import Refused
from marketplace.core.fields import DayField, TextField
from marketplace.desks.office.access import for_office
from marketplace.sales.domain import fees
from marketplace.sales.models import FeeRate

UNPROCESSABLE = 422


class FeeForm(forms.Form):
    percent = forms.DecimalField(
        label=gettext_lazy("Percent of the goods"),
        min_value=Decimal(0),
        max_value=Decimal(100),
        decimal_places=2,
        localize=True,
        widget=forms.TextInput({"inputmode": "decimal"}),
    )
    valid_from = DayField(label=gettext_lazy("Valid from"))
    source = TextField(
        label=gettext_lazy("Decision"),
        max_length=200,
        help_text=gettext_lazy("What the rate is set by; sellers read it beside their money."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@for_office
def index(request: HttpRequest) -> HttpResponse:
    """All rates, the newest first, and one more from a day to come on."""
    form = FeeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _is_set(request, form):
        messages.success(request, _("The rate is set."))
        return redirect("office_desk:fees")
    context = {"form": form, "rates": list(FeeRate.objects.select_related("set_by"))}
    return render(request, "desks/office/fees.html", context, status=UNPROCESSABLE if form.errors else 200)


def _is_set(request: HttpRequest, form: FeeForm) -> bool:
    given = form.cleaned_data
    try:
        fees.set_rate(
            hundredths=int(given["percent"] * 100),
            valid_from=given["valid_from"],
            source=given["source"],
            actor=request.user,
        )
    except Refused as refusal:
        form.add_error("valid_from", str(refusal))
        return False
    return True
