"""The producer's desk: the dates on which a product can be booked, and who comes."""

import datetime
import re
from collections.abc import Iterator
from io import BytesIO

from dateutil.relativedelta import relativedelta
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from catalog.domain import prepare
from catalog.models import Product
from marketplace.core import clock
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.core.money import format_vnd
from marketplace.core.roles import Right
from marketplace.desks.producer.date_forms import BookingTermsForm, CapacityForm, ClosingForm, SeriesForm
from marketplace.desks.producer.order_steps import STATE_KINDS
from marketplace.desks.producer.products import UNPROCESSABLE, frame_of, product_of
from marketplace.sales.domain.call_off import CalledOff, call_off
from marketplace.sales.guest_papers import guests_pdf
from marketplace.sales.models import SellerOrderLine
from marketplace.sales.paying import owed_back
from producers.domain import departures
from producers.models import Departure

ADD, TERMS = "add", "terms"
RESIZE, CLOSE, REOPEN = "resize", "close", "reopen"

_MONTH = re.compile(r"(?P<year>20\d\d)-(?P<month>0[1-9]|1[0-2])")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def index(request: HttpRequest, pk: int) -> HttpResponse:
    """The dates of a product by month; forms for more of them and for how it is booked."""
    product = _booked_product(request.user, pk)
    act = request.POST.get("act")
    terms = departures.terms_of(product.pk)
    series_form = SeriesForm(request.POST if act == ADD else None)
    terms_form = BookingTermsForm(request.POST if act == TERMS else None, initial=_values(terms))
    form = {ADD: series_form, TERMS: terms_form}.get(act)
    if form is not None and form.is_valid():
        try:
            words, month = _added(request, product, form) if act == ADD else _agreed(request, product, form)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, words)
            return redirect(f"{request.path}?month={month:%Y-%m}")
    month = _month(request)
    context = {
        **frame_of(request, product),
        "series_form": series_form,
        "terms_form": terms_form,
        "terms": terms,
        "month": month,
        "before": month - relativedelta(months=1),
        "after": month + relativedelta(months=1),
        "dates": _dates(product, month),
        "own": prepare.own_record(product),
    }
    status = UNPROCESSABLE if form is not None and form.errors else 200
    return render(request, "desks/producer/product_dates.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def date(request: HttpRequest, pk: int, date_pk: int) -> HttpResponse:
    """One date: how many places it has and who comes."""
    product = _booked_product(request.user, pk)
    departure = _departure(product, date_pk)
    act = request.POST.get("act")
    capacity_form = CapacityForm(
        request.POST if act == RESIZE else None, initial={"capacity": departure.capacity}
    )
    closing_form = ClosingForm(request.POST if act == CLOSE else None, initial={"seen": departure.booked})
    form = {RESIZE: capacity_form, CLOSE: closing_form, REOPEN: forms.Form(request.POST)}.get(act)
    if form is not None and form.is_valid():
        try:
            words = _changed(request, departure, act, form)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, words)
            return redirect("producer_desk:product-date", pk=pk, date_pk=date_pk)
        departure = _departure(product, date_pk)
    context = {
        **frame_of(request, product),
        "departure": departure,
        "terms": departures.terms_of(product.pk),
        "guests": [(line, STATE_KINDS.get(line.seller_order.state, "")) for line in _guests(departure)],
        "cancelled": _cancelled(departure),
        "capacity_form": capacity_form,
        "closing_form": closing_form,
        "act_form": form,
    }
    status = UNPROCESSABLE if form is not None and form.errors else 200
    return render(request, "desks/producer/product_date.html", context, status=status)


@require_safe
@login_required
@never_cache
def guests(request: HttpRequest, pk: int, date_pk: int) -> HttpResponseBase:
    """The list of the guests of one date, to print."""
    departure = _departure(_booked_product(request.user, pk), date_pk)
    pdf = guests_pdf(departure, _guests(departure))
    return FileResponse(
        BytesIO(pdf), filename=f"khach-{departure.day}-{departure.pk}.pdf", content_type="application/pdf"
    )


def _booked_product(user: User, pk: int) -> Product:
    """A product that is booked by date; whoever counts the stock works on its dates."""
    product = product_of(user, pk, Right.EDIT_STOCK)
    if not product.is_booked:
        raise Http404
    return product


def _departure(product: Product, pk: int) -> Departure:
    departure = product.departures.select_related("stock_record").filter(pk=pk).first()
    if departure is None:
        raise Http404
    departure.product = product
    return departure


def _dates(product: Product, month: datetime.date) -> list[Departure]:
    days = (month, month + relativedelta(months=1, days=-1))
    return list(product.departures.filter(day__range=days).select_related("stock_record").in_order())


def _guests(departure: Departure) -> list[SellerOrderLine]:
    return list(SellerOrderLine.objects.booked_on(departure).select_related("seller_order__order__placement"))


def _cancelled(departure: Departure) -> list[tuple[SellerOrderLine, int]]:
    """The bookings of a date that were cancelled, and what of each order is owed back, in VND."""
    related = "seller_order__order__placement"
    lines = list(SellerOrderLine.objects.cancelled_on(departure).select_related(related))
    owed = owed_back(line.seller_order.number for line in lines)
    return [(line, owed.get(line.seller_order.number, 0)) for line in lines]


def _month(request: HttpRequest) -> datetime.date:
    """The first day of the month that is asked for; of this month where that is none."""
    found = _MONTH.fullmatch(request.GET.get("month", ""))
    if found is None:
        return clock.today().replace(day=1)
    return datetime.date(int(found["year"]), int(found["month"]), 1)


def _values(terms) -> dict:
    return {name: getattr(terms, name) for name in ("counted_in", "least", "most", "notice_hours")}


def _added(request: HttpRequest, product: Product, form: SeriesForm) -> tuple[str, datetime.date]:
    record = prepare.own_record(product) or prepare.put_on_offer(product, prepare.Offer(), actor=request.user)
    days = form.days()
    made = departures.add(
        record, days, form.cleaned_data["starts"], form.cleaned_data["capacity"], actor=request.user
    )
    words = ngettext("%(number)s date is added.", "%(number)s dates are added.", len(made))
    words %= {"number": len(made)}
    if known := len(days) - len(made):
        words += " " + ngettext(
            "%(number)s was there already and is as it was.",
            "%(number)s were there already and are as they were.",
            known,
        ) % {"number": known}
    return words, days[0]


def _agreed(request: HttpRequest, product: Product, form: BookingTermsForm) -> tuple[str, datetime.date]:
    terms = departures.terms_of(product.pk)
    for name, value in form.cleaned_data.items():
        setattr(terms, name, value)
    departures.set_terms(terms, actor=request.user)
    return _("Saved."), _month(request)


def _changed(request: HttpRequest, departure: Departure, act: str, form: forms.Form) -> str:
    if act == RESIZE:
        departures.set_capacity(departure, form.cleaned_data["capacity"], actor=request.user)
        return _("Saved.")
    if act == REOPEN:
        departures.reopen(departure, actor=request.user)
        return _("The date can be booked again.")
    outcome = call_off(
        departure,
        reason=form.cleaned_data["reason"],
        seen_places=form.cleaned_data["seen"],
        actor=request.user,
    )
    return " ".join(_told(departure, outcome))


def _told(departure: Departure, outcome: CalledOff) -> Iterator[str]:
    """What became of the bookings of a date that was closed."""
    if outcome.cancelled:
        words = ngettext(
            "The date is closed and %(number)s booking cancelled.",
            "The date is closed and %(number)s bookings cancelled.",
            outcome.cancelled,
        )
        yield words % {"number": outcome.cancelled}
    else:
        yield _("The date is closed.")
    if owed := sum(owed for _line, owed in _cancelled(departure)):
        yield _("%(amount)s is to be given back.") % {"amount": format_vnd(owed)}
    if outcome.remaining:
        words = _("These orders can no longer be cancelled, please write to their buyers: %(numbers)s")
        yield words % {"numbers": ", ".join(outcome.remaining)}
