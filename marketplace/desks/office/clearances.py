"""The office's desk: which sellers may sell spirits, other alcohol, functional food and medicine."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from catalog.domain import clear
from catalog.models import Category, Clearance
from marketplace.core.exceptions import Refused
from marketplace.core.fields import DayField, TextField
from marketplace.core.text import fold
from marketplace.desks.office.access import for_office
from producers.models import Partner

PER_PAGE = 30
UNPROCESSABLE = 422


class ClearanceForm(forms.Form):
    """One seller, one set, what was seen, and until when it counts."""

    seller = TextField(
        label=gettext_lazy("Seller"),
        max_length=255,
        help_text=gettext_lazy("Its whole name, or its tax code."),
    )
    category = forms.ModelChoiceField(
        label=gettext_lazy("Product set"),
        queryset=Category.objects.filter(
            set_number__isnull=False, sale_rule=Category.SaleRule.CLEARANCE
        ).order_by("set_number"),
        empty_label=gettext_lazy("Choose"),
    )
    paper = TextField(
        label=gettext_lazy("Paper that was seen"),
        max_length=200,
        help_text=gettext_lazy("Kind and number, such as a licence to produce spirits."),
    )
    ends_on = DayField(label=gettext_lazy("Until"))

    def clean_seller(self) -> Partner:
        asked = self.cleaned_data["seller"]
        producers = Partner.objects.filter(kind=Partner.Kind.PRODUCER)
        found = list(producers.filter(business_code=asked)[:2]) or list(
            producers.filter(folded_name=fold(asked))[:2]
        )
        if not found:
            raise forms.ValidationError(_("There is no seller of this name."), code="unknown")
        if len(found) > 1:
            raise forms.ValidationError(_("Several are called so. Give the tax code."), code="several")
        return found[0]


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@for_office
def index(request: HttpRequest) -> HttpResponse:
    """All clearances, the newest first, and a form for another."""
    form = ClearanceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            clear.clear(
                given["seller"],
                given["category"],
                ends_on=given["ends_on"],
                paper=given["paper"],
                actor=request.user,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(seller)s is cleared.") % {"seller": given["seller"].name})
            return redirect("office_desk:clearances")
    rows = Clearance.objects.select_related("seller", "category", "actor")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "desks/office/clearances.html", {"form": form, "page": page}, status=status)


@require_POST
@never_cache
@for_office
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """End a clearance today, with a reason that the seller reads."""
    clearance = get_object_or_404(Clearance.objects.select_related("seller", "category"), pk=pk)
    try:
        clear.withdraw(clearance, reason=request.POST.get("reason", "")[:500], actor=request.user)
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("The clearance is withdrawn; its goods are not sold any more."))
    return redirect("office_desk:clearances")
