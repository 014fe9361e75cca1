"""The point's desk: the book of its acts, each with its goods; receipts, and what buyers bring back."""

from io import BytesIO

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.core.exceptions import Refused
from marketplace.core.fields import NumberField, TextField
from marketplace.core.models import User
from marketplace.desks.point.access import Desk, desk_of
from marketplace.desks.point.forms import NOTE_LENGTH, ClientIdField
from marketplace.desks.point.receipts import receipt_pdf
from producers.domain import counter
from producers.domain.acts import By
from producers.models import ActLine, PointAct

PER_PAGE = 50
UNPROCESSABLE = 422
Kind = PointAct.Kind
WITH_RECEIPT = (Kind.SALE, Kind.PICKUP, Kind.RETURN)


class ReturnForm(forms.Form):
    """How many of each line of a sale come back, and how the money goes back."""

    paid_by = forms.ChoiceField(
        label=gettext_lazy("Money given back by"), choices=PointAct.Payment, initial=PointAct.Payment.CASH
    )
    note = TextField(label=gettext_lazy("Note"), max_length=NOTE_LENGTH, required=False)
    client_id = ClientIdField()

    def __init__(self, *args, lines: list[ActLine], **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = [line for line in lines if line.quantity > line.returned_quantity]
        for line in self.lines:
            self.fields[f"back_{line.pk}"] = NumberField(
                label=line.title, most=line.quantity - line.returned_quantity, required=False
            )

    @property
    def line_fields(self) -> list:
        return [self[f"back_{line.pk}"] for line in self.lines]

    def clean(self):
        values = super().clean()
        if not self.errors and not self.quantities:
            raise forms.ValidationError(_("Please say how many come back."))
        return values

    @property
    def quantities(self) -> dict[int, int]:
        """By stock record."""
        sent = {line.stock_record_id: self.cleaned_data.get(f"back_{line.pk}") for line in self.lines}
        return {record: number for record, number in sent.items() if number}

    def carry_out(self, sale: PointAct, actor: User) -> PointAct:
        """Take them back; raises ``Refused``."""
        values = self.cleaned_data
        by = By(actor, client_id=values["client_id"])
        return counter.take_back(sale, self.quantities, paid_by=values["paid_by"], by=by, note=values["note"])


@require_safe
@login_required
@never_cache
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """All acts of the point, of one kind if one is chosen, the newest first."""
    desk = desk_of(request.user, slug)
    acts = PointAct.objects.filter(point=desk.point).select_related("actor", "producer")
    kind = request.GET.get("kind")
    if kind in Kind.values:
        acts = acts.filter(kind=kind)
    context = {
        **desk.frame,
        "kinds": Kind.choices,
        "kind": kind if kind in Kind.values else "",
        "page": Paginator(acts, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "desks/point/book.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def act(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One act with its goods; of a sale its receipt, and the form for what comes back."""
    desk = desk_of(request.user, slug)
    found = _act(desk, pk)
    lines = list(found.lines.all())
    form = None
    if found.kind == Kind.SALE:
        form = ReturnForm(request.POST or None, lines=lines)
    if request.method == "POST" and form is None:
        raise Http404
    if request.method == "POST" and form.is_valid():
        try:
            back = form.carry_out(found, request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The goods are back on the shelf."))
            return redirect("point_desk:act", slug, back.pk)
    context = {
        **desk.frame,
        "act": found,
        "lines": lines,
        "moves": list(found.movements.select_related("stock_record__product__parent", "batch")),
        "answered_by": list(found.answered_by.all()),
        "form": form if form is not None and form.lines else None,
        "has_receipt": found.kind in WITH_RECEIPT,
    }
    is_wrong = form is not None and form.errors
    return render(request, "desks/point/act.html", context, status=UNPROCESSABLE if is_wrong else 200)


@require_safe
@login_required
@never_cache
def receipt(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """The receipt of a sale, pick-up or return, 80 mm wide."""
    desk = desk_of(request.user, slug)
    found = _act(desk, pk)
    if found.kind not in WITH_RECEIPT:
        raise Http404
    pdf = receipt_pdf(found)
    return FileResponse(BytesIO(pdf), filename=f"{found.number}.pdf", content_type="application/pdf")


def _act(desk: Desk, pk: int) -> PointAct:
    acts = PointAct.objects.select_related("actor", "producer", "answers", "closing", "point__seller__region")
    return get_object_or_404(acts, pk=pk, point=desk.point)
