"""The producer's desk: whether the stall declares VAT, and the e-invoices that it issues."""

from collections.abc import Iterator

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.core import clock
from marketplace.core.exceptions import Refused
from marketplace.core.fields import DayField, TextField
from marketplace.core.roles import Right
from marketplace.desks import exports
from marketplace.desks.producer.links import links_of
from marketplace.desks.producer.money_pages import UNPROCESSABLE, Desk, paid_order_of
from marketplace.desks.vat_forms import VatForm, shown_vat
from marketplace.sales.domain import invoicing, vat
from marketplace.sales.domain.statements import NOT_SOLD
from marketplace.sales.models import InvoiceRequest, SellerOrder
from producers.models import Partner


class InvoiceForm(forms.Form):
    number = TextField(
        label=gettext_lazy("Number of the invoice"),
        max_length=40,
        help_text=gettext_lazy("With its symbol, such as 1C26THT-00000123."),
    )
    issued_on = DayField(label=gettext_lazy("Date of the invoice"))
    link = forms.URLField(
        label=gettext_lazy("Link to the invoice"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy("Where the buyer can look it up."),
    )


class DayForm(forms.Form):
    day = DayField(label=gettext_lazy("Day"))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def tax(request: HttpRequest) -> HttpResponse:
    """Whether the stall declares VAT, with who said so when, and the orders of a day for e-invoicing."""
    desk = Desk.of(request)
    form = VatForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        if not desk.stall.grants(request.user, Right.MANAGE_TEAM):
            raise PermissionDenied
        vat.declare(desk.stall, is_declared=form.cleaned_data["is_declared"], actor=request.user)
        messages.success(request, _("Saved. Orders from now on go by it."))
        return redirect(desk.url("vat"))
    context = {
        **desk.context(request, "vat"),
        **shown_vat(desk.stall, request.user, form),
        "day_form": DayForm(initial={"day": clock.today()}),
    }
    return render(
        request, "desks/producer/vat.html", context, status=UNPROCESSABLE if form is not None else 200
    )


@require_safe
@login_required
@never_cache
def take_away(request: HttpRequest) -> HttpResponseBase:
    """The orders of a day with net and tax by rate, as a workbook for the seller's e-invoicing."""
    desk = Desk.of(request)
    form = DayForm(request.GET)
    if not form.is_valid():
        messages.warning(request, _("Please choose a day."))
        return redirect(desk.url("vat"))
    day = form.cleaned_data["day"]
    name = f"hoa-don-{desk.stall.slug}-{day:%Y%m%d}"
    kind = request.GET.get("kind", exports.XLSX)
    return exports.answer(name, kind, _head(), _rows(_orders_of(desk.stall, day)))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def invoice(request: HttpRequest, number: str) -> HttpResponse:
    """What the e-invoice of an order says, to whom it goes, and its number once it is issued."""
    seller_order = paid_order_of(request.user, number)
    form = InvoiceForm(
        request.POST if request.method == "POST" else None, initial={"issued_on": clock.today()}
    )
    if request.method == "POST" and form.is_valid() and _is_entered(request, seller_order, form):
        messages.success(request, _("The invoice is noted. The buyer is told."))
        return redirect("producer_desk:invoice", number)
    context = {
        **links_of(request.user),
        "seller_order": seller_order,
        "form": form,
        "sums": vat.sums_of(seller_order),
        "request_of_buyer": invoicing.request_of(seller_order.order),
        "invoices": list(seller_order.invoices.select_related("entered_by")),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "desks/producer/invoice.html", context, status=status)


def _is_entered(request: HttpRequest, seller_order: SellerOrder, form: InvoiceForm) -> bool:
    try:
        invoicing.enter(seller_order, actor=request.user, **form.cleaned_data)
    except Refused as refusal:
        form.add_error("issued_on", str(refusal))
        return False
    return True


def _orders_of(stall: Partner, day) -> QuerySet[SellerOrder]:
    """What was ordered of a stall on a day in Hà Nội and not cancelled since."""
    first = clock.begin_of(day)
    orders = SellerOrder.objects.filter(seller=stall, placed_at__gte=first, placed_at__lt=clock.end_of(day))
    related = ("order__placement", "order__shipping_address")
    kept = orders.exclude(state__in=NOT_SOLD).select_related(*related).order_by("placed_at", "pk")
    return kept.prefetch_related("lines", "invoices", "order__invoice_requests")


def _head() -> list[str]:
    return [
        _("Order"),
        _("State"),
        _("Name on the invoice"),
        _("Tax code"),
        _("Address on the invoice"),
        _("VAT (percent)"),
        _("Net (VND)"),
        _("VAT (VND)"),
        _("Gross (VND)"),
        _("Number of the invoice"),
    ]


def _rows(seller_orders: QuerySet[SellerOrder]) -> Iterator[list]:
    """A row for each order and rate; one row without tax for an order of who declares none."""
    for seller_order in seller_orders:
        asked = next(iter(seller_order.order.invoice_requests.all()), None)
        issued = next(iter(seller_order.invoices.all()), None)
        start = [seller_order.number, seller_order.get_state_display(), *_recipient(seller_order, asked)]
        end = issued.number if issued is not None else ""
        for each in vat.sums_of(seller_order):
            yield [*start, each.percent, each.net, each.vat, each.gross, end]
        if seller_order.delivery_vat_rate is None:
            yield [*start, "", seller_order.total, 0, seller_order.total, end]


def _recipient(seller_order: SellerOrder, asked: InvoiceRequest | None) -> list[str]:
    if asked is not None:
        return [asked.name, asked.tax_code, asked.address]
    return [seller_order.order.placement.buyer_name, "", ""]
