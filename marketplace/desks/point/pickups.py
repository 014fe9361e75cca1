"""The point's desk: reservations, found by their code and handed over."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.core import clock
from marketplace.core.exceptions import Refused
from marketplace.core.fields import NumberField, TextField
from marketplace.desks.point.access import Desk, desk_of
from marketplace.desks.point.finding import sought
from marketplace.desks.point.forms import NOTE_LENGTH, ClientIdField
from marketplace.desks.point.reserved import goods_of, leave_out, owed_for, total_of
from marketplace.desks.point.transfers import transfer_to
from producers.domain import reservations
from producers.domain.acts import By
from producers.models import PointAct, Reservation

PER_PAGE = 30
UNPROCESSABLE = 422
FEWER = "fewer"
State = Reservation.State


class HandOverForm(forms.Form):
    """How the buyer pays what is still owed; nothing is asked where it was paid before."""

    paid_by = forms.ChoiceField(
        label=gettext_lazy("Paid by"),
        choices=PointAct.Payment,
        initial=PointAct.Payment.CASH,
        widget=forms.RadioSelect,
    )
    client_id = ClientIdField()

    def __init__(self, *args, owed: int, **kwargs):
        super().__init__(*args, **kwargs)
        if not owed:
            del self.fields["paid_by"]


class FewerForm(forms.Form):
    """How many of each product are not handed over, and why."""

    note = TextField(
        label=gettext_lazy("Reason"), max_length=NOTE_LENGTH, help_text=gettext_lazy("The buyer reads it.")
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, reservation: Reservation, **kwargs):
        super().__init__(*args, **kwargs)
        self.records = {line.stock_record_id: line for line in reservation.goods}
        for record, line in self.records.items():
            self.fields[f"less_{record}"] = NumberField(
                label=line.stock_record.product.get_title(), most=line.quantity, required=False
            )

    @property
    def line_fields(self) -> list:
        return [self[f"less_{record}"] for record in self.records]

    @property
    def less(self) -> dict[int, int]:
        """By stock record."""
        sent = {record: self.cleaned_data[f"less_{record}"] for record in self.records}
        return {record: number for record, number in sent.items() if number}


@require_safe
@login_required
@never_cache
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits for buyers; a code that was scanned or typed leads to its reservation."""
    desk = desk_of(request.user, slug)
    code = sought(request.GET.get("code", ""))
    found = reservations.by_code(desk.point, _bare(code)) if code else None
    if found is not None:
        return redirect("point_desk:pickup", slug, found.code)
    held = goods_of(Reservation.objects.held().filter(point=desk.point))
    context = {
        **desk.frame,
        "code": code,
        "page": Paginator(held, PER_PAGE).get_page(request.GET.get("page")),
        "now": clock.now(),
    }
    return render(request, "desks/point/pickups.html", context, status=UNPROCESSABLE if code else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def pickup(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """What one reservation holds, what is to be paid, and handing it over."""
    desk = desk_of(request.user, slug)
    reservation = _reservation(desk, code)
    owed, total = owed_for([reservation])[reservation.pk], total_of(reservation)
    is_fewer = request.method == "POST" and request.POST.get("act") == FEWER and total is not None
    fewer = FewerForm(request.POST if is_fewer else None, initial={"seen": total}, reservation=reservation)
    if is_fewer and _is_left_out(request, reservation, fewer):
        return redirect("point_desk:pickup", slug, code)
    form = HandOverForm(None if is_fewer else request.POST or None, owed=owed)
    if form.is_bound and form.is_valid():
        values = form.cleaned_data
        by = By(request.user, client_id=values["client_id"])
        try:
            act = reservations.collect(reservation, by=by, amount=owed, paid_by=values.get("paid_by", ""))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Handed over."))
            return redirect("point_desk:act", slug, act.pk)
    context = {
        **desk.frame,
        "reservation": reservation,
        "is_held": reservation.state == State.HELD,
        "is_late": reservation.held_until <= clock.now(),
        "owed": owed,
        "transfer": transfer_to(desk.point, owed, reservation.reference),
        "form": form,
        "fewer": fewer if total is not None else None,
        "act_fewer": FEWER,
    }
    is_wrong = form.errors or fewer.errors
    return render(request, "desks/point/pickup.html", context, status=UNPROCESSABLE if is_wrong else 200)


def _is_left_out(request: HttpRequest, reservation: Reservation, form: FewerForm) -> bool:
    """Keep fewer for the buyer; says on the form why not."""
    if not form.is_valid():
        return False
    values = form.cleaned_data
    try:
        leave_out(reservation, form.less, seen=values["seen"], actor=request.user, note=values["note"])
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("The reservation is smaller; the buyer is told why."))
    return True


def _reservation(desk: Desk, code: str) -> Reservation:
    found = goods_of(Reservation.objects.filter(point=desk.point).select_related("point__seller", "ended_by"))
    return get_object_or_404(found, code=code)


def _bare(text: str) -> str:
    """The code alone, also of an address that a QR code holds."""
    return text.rstrip("/").rsplit("/", 1)[-1]
