"""The point's desk: selling at the counter, line by line."""

import uuid
from dataclasses import dataclass
from functools import cached_property

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from marketplace.core.exceptions import Refused
from marketplace.core.fields import NumberField, PriceField
from marketplace.core.money import format_vnd
from marketplace.desks.point import finding
from marketplace.desks.point.access import Desk, desk_of
from marketplace.desks.point.forms import ClientIdField, numbers_of
from producers.domain import counter
from producers.domain.acts import By
from producers.domain.shelf import MOST_AT_ONCE
from producers.models import PointAct, StockRecord

UNPROCESSABLE = 422
MOST_LINES = 100
PAY = "pay"
QUANTITY = NumberField(least=1, most=MOST_AT_ONCE)
Payment = PointAct.Payment


class PaymentForm(forms.Form):
    """How a buyer pays at the counter."""

    paid_by = forms.ChoiceField(
        label=gettext_lazy("Paid by"), choices=Payment, initial=Payment.CASH, widget=forms.RadioSelect
    )
    given = PriceField(
        label=gettext_lazy("Cash given (₫)"),
        required=False,
        help_text=gettext_lazy("Empty: exactly the sum."),
    )
    client_id = ClientIdField()

    def check_given(self, amount: int) -> bool:
        """Whether the cash that was given, if it was written down, is enough; else says so."""
        given = self.cleaned_data["given"]
        is_enough = given is None or self.cleaned_data["paid_by"] != Payment.CASH or given >= amount
        if not is_enough:
            self.add_error("given", _("This is less than %(sum)s.") % {"sum": format_vnd(amount)})
        return is_enough

    def change_of(self, amount: int) -> int:
        """What goes back to the buyer, in VND."""
        values = self.cleaned_data
        given = values["given"] if values["paid_by"] == Payment.CASH else None
        return given - amount if given is not None else 0


@dataclass
class Line:
    """Some pieces of one product; ``typed`` stood in the field, ``error`` says what is wrong with it."""

    record: StockRecord
    typed: str
    quantity: int | None
    error: str = ""

    @property
    def total(self) -> int | None:
        if self.quantity is None or self.record.price is None:
            return None
        return int(self.record.price) * self.quantity


class Bill:
    """The lines of a sale as they go through the form."""

    def __init__(self, desk: Desk, sent: QueryDict):
        self.desk = desk
        removed = sent.get("remove")
        self.typed = {
            pk: sent.get(f"quantity_{pk}", "1")
            for pk in dict.fromkeys(numbers_of(sent.getlist("line")[:MOST_LINES]))
            if str(pk) != removed
        }

    def add(self, record: StockRecord) -> None:
        """One more of a product."""
        before = self.typed.get(record.pk, "0")
        try:
            number = QUANTITY.clean(before) if before != "0" else 0
        except ValidationError:
            return
        self.typed[record.pk] = str(number + 1)

    @cached_property
    def lines(self) -> list[Line]:
        records = self.desk.shelf.in_bulk(self.typed)
        return [_line(records[pk], typed) for pk, typed in self.typed.items() if pk in records]

    @property
    def is_valid(self) -> bool:
        return not any(line.error for line in self.lines)

    @property
    def total(self) -> int:
        """In VND, of the lines that are right."""
        return sum(line.total or 0 for line in self.lines)

    @property
    def items(self) -> list[counter.Item]:
        """At the prices that the person has seen."""
        return [
            counter.Item(line.record.pk, line.quantity, int(line.record.price) if line.record.price else None)
            for line in self.lines
        ]


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def sell(request: HttpRequest, slug: str) -> HttpResponse:
    """Find or scan, say how many, take the money."""
    desk = desk_of(request.user, slug)
    sent = request.POST
    bill = Bill(desk, sent)
    found = finding.Finding()
    text = finding.sought(sent.get("code", ""))
    is_paying = request.method == "POST" and sent.get("act") == PAY
    form = PaymentForm(sent if is_paying else None, initial=_kept(sent))
    if is_paying:
        if bill.is_valid and form.is_valid() and form.check_given(bill.total):
            sale = _sold(request, desk, bill, form)
            if sale is not None:
                return redirect("point_desk:act", slug, sale.pk)
    elif sent.get("add"):
        text = ""
        _add_chosen(bill, sent["add"])
    elif text:
        found = finding.on_shelf(desk, text)
        if found.one is not None:
            bill.add(found.one)
    context = {
        **desk.frame,
        "bill": bill,
        "form": form,
        "found": found,
        "text": "" if found.one is not None else text,
    }
    is_wrong = is_paying or found.trouble
    return render(request, "desks/point/sell.html", context, status=UNPROCESSABLE if is_wrong else 200)


def _sold(request: HttpRequest, desk: Desk, bill: Bill, form: PaymentForm) -> PointAct | None:
    """Sell what stands on the bill; says why not on the form."""
    values = form.cleaned_data
    by = By(request.user, client_id=values["client_id"])
    try:
        sale = counter.sell(desk.point, bill.items, paid_by=values["paid_by"], by=by)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None
    change = form.change_of(sale.amount)
    words = _("Sold. Change: %(change)s.") % {"change": format_vnd(change)} if change else _("Sold.")
    messages.success(request, words)
    return sale


def _line(record: StockRecord, typed: str) -> Line:
    try:
        quantity = QUANTITY.clean(typed)
    except ValidationError as error:
        return Line(record, typed, None, " ".join(error.messages))
    line = Line(record, typed, quantity)
    if record.price is None:
        line.error = _("This has no price yet. Set one on the shelf.")
    elif quantity > record.sellable:
        line.error = _("Only %(left)s can be sold.") % {"left": record.sellable}
    return line


def _add_chosen(bill: Bill, key: str) -> None:
    for pk in numbers_of([key]):
        record = bill.desk.shelf.filter(pk=pk).first()
        if record is not None:
            bill.add(record)


def _kept(sent: QueryDict) -> dict:
    """What stands in the form while lines are added to it."""
    kept = {"given": sent.get("given", ""), "paid_by": sent.get("paid_by") or Payment.CASH}
    try:
        kept["client_id"] = uuid.UUID(sent.get("client_id", ""))
    except ValueError:
        kept["client_id"] = uuid.uuid4()
    return kept
