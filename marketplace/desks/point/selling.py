"""The point's desk: selling at the counter, line by line."""

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
from marketplace.desks.point.transfers import transfer_to
from marketplace.payments.transfer_codes import codes_in, new_code
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
    transfer = forms.CharField(required=False, widget=forms.HiddenInput)
    shown = forms.IntegerField(required=False, widget=forms.HiddenInput)
    client_id = ClientIdField()

    def clean_transfer(self) -> str:
        """The code that was shown; what is none was not ours."""
        code = self.cleaned_data["transfer"]
        return code if codes_in(code) == [code] else ""

    def check_shown(self, amount: int) -> bool:
        """Whether this is the sum that the clerk and the buyer have seen; else says so."""
        is_right = self.cleaned_data["shown"] == amount
        if not is_right and self.cleaned_data["paid_by"] == Payment.VIETQR:
            words = _("The sum is %(sum)s now. Let the buyer scan the new code, then finish the sale.")
            self.add_error("paid_by", words % {"sum": format_vnd(amount)})
        elif not is_right:
            words = _("The sum is %(sum)s now. Tell the buyer, then finish the sale.")
            self.add_error(None, words % {"sum": format_vnd(amount)})
        return is_right

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
    def is_priced(self) -> bool:
        """Whether each line has its sum.

        Whether there is enough the sale itself says: a bill that is sent twice has taken the last pieces.
        """
        return all(line.total is not None for line in self.lines)

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
        is_right = bill.is_priced and form.is_valid()
        if is_right and form.check_shown(bill.total) and form.check_given(bill.total):
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
        "transfer": transfer_to(desk.point, bill.total, _code_of(form)),
        "text": "" if found.one is not None else text,
    }
    is_wrong = is_paying or found.trouble
    return render(request, "desks/point/sell.html", context, status=UNPROCESSABLE if is_wrong else 200)


def _sold(request: HttpRequest, desk: Desk, bill: Bill, form: PaymentForm) -> PointAct | None:
    """Sell what stands on the bill; says why not on the form."""
    values = form.cleaned_data
    by = By(request.user, client_id=values["client_id"])
    try:
        sale = counter.sell(
            desk.point, bill.items, paid_by=values["paid_by"], by=by, transfer=values["transfer"]
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None
    change = form.change_of(sale.amount)
    words = _("Sold. Change: %(change)s.") % {"change": format_vnd(change)} if change else _("Sold.")
    messages.success(request, words)
    return sale


def _code_of(form: PaymentForm) -> str:
    """The transfer code that goes along with the bill until it is paid; the next bill has another one."""
    return new_code() if form["client_id"].is_used else form["transfer"].value() or ""


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
    code = sent.get("transfer", "")
    kept["transfer"] = code if codes_in(code) == [code] else new_code()
    kept["client_id"] = sent.get("client_id", "")
    return kept
