"""The point's desk: what lies on the shelf, its prices, batches and movements."""

from functools import reduce
from operator import or_

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.core.exceptions import Refused
from marketplace.core.fields import NumberField, PriceField
from marketplace.core.keys import key_of
from marketplace.core.roles import Right
from marketplace.desks.point.access import Desk, desk_of
from marketplace.desks.point.finding import sought
from marketplace.desks.point.forms import LeaveForm
from marketplace.desks.point.shelf_list import TABS, in_tab, matching, tab_of, with_batches
from producers.domain import prices, shelf
from producers.domain.acts import By
from producers.models import Batch, PointOfSale, StockRecord

PER_PAGE = 30
MOVEMENTS_PER_PAGE = 50
UNPROCESSABLE = 422


class OfferForm(forms.Form):
    """What one costs at this point, and from how many on the desk warns."""

    price = PriceField(label=gettext_lazy("Price of one (₫)"), required=False)
    low_stock_threshold = NumberField(
        label=gettext_lazy("Warn from so many on"),
        most=10_000,
        required=False,
        help_text=gettext_lazy("Empty: from 5 on."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_seen(self) -> int | None:
        return key_of(self.cleaned_data["seen"])


@require_safe
@login_required
@never_cache
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """The shelf by tab, found by words or barcode."""
    desk = desk_of(request.user, slug)
    text = sought(request.GET.get("q", ""))
    tab = tab_of(request.GET.get("tab"))
    found = in_tab(matching(desk.shelf, text), tab)
    page = Paginator(with_batches(found).order_by("product__title", "pk"), PER_PAGE)
    context = {
        **desk.frame,
        "text": text,
        "tab": tab,
        "tabs": TABS,
        "page": page.get_page(request.GET.get("page")),
    }
    return render(request, "desks/point/shelf.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def record(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One product of the shelf: its price, what lies there, how it came and went."""
    is_sent = request.method == "POST"
    desk = desk_of(request.user, slug, Right.KEEP_SHELF if is_sent else Right.SELL_AT_COUNTER)
    found = _record(desk, pk)
    price = None if found.price is None else int(found.price)
    initial = {"price": price, "low_stock_threshold": found.low_stock_threshold, "seen": price or ""}
    form = OfferForm(request.POST if is_sent else None, initial=initial)
    if is_sent and form.is_valid():
        try:
            _change(found, form.cleaned_data, By(request.user))
        except Refused as refusal:
            form.add_error("price", str(refusal))
        else:
            messages.success(request, _("The price is saved."))
            return redirect("point_desk:record", slug, pk)
    movements = found.movements.select_related("actor", "act", "batch").order_by("-pk")
    context = {
        **desk.frame,
        "record": found,
        "form": form,
        "page": Paginator(movements, MOVEMENTS_PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "desks/point/record.html", context, status=UNPROCESSABLE if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def batch(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take goods of a batch off the shelf otherwise than by selling them: spoilt, sent back, moved on."""
    desk = desk_of(request.user, slug, Right.KEEP_SHELF)
    batches = Batch.objects.select_related("stock_record__product__parent", "producer")
    found = get_object_or_404(batches, pk=pk, stock_record__partner=desk.point.seller_id)
    form = LeaveForm(
        request.POST or None,
        batch=found,
        targets=_sisters(desk.point),
        initial={"quantity": found.quantity_left, "act": request.GET.get("act", LeaveForm.SPOIL)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            form.carry_out(desk.point, request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("It is written in the shelf's movements."))
            return redirect("point_desk:record", slug, found.stock_record_id)
    context = {**desk.frame, "batch": found, "record": found.stock_record, "form": form}
    return render(request, "desks/point/batch.html", context, status=UNPROCESSABLE if form.errors else 200)


def _record(desk: Desk, pk: int) -> StockRecord:
    return get_object_or_404(with_batches(desk.shelf), pk=pk)


def _change(record: StockRecord, values: dict, by: By) -> None:
    """Keep price and mark. Raises ``prices.PriceMoved``."""
    prices.change(record, values["price"], seen=values["seen"], actor=by.actor)
    StockRecord.objects.filter(pk=record.pk).update(low_stock_threshold=values["low_stock_threshold"])


def _sisters(point: PointOfSale) -> list[PointOfSale]:
    """The other open points of the same operator."""
    names = {"seller__business_code": point.seller.business_code, "operator__iexact": point.operator}
    known = [Q(**{name: value}) for name, value in names.items() if value]
    if not known:
        return []
    others = PointOfSale.objects.public().filter(reduce(or_, known)).exclude(pk=point.pk)
    others = others.select_related("seller").order_by("seller__name", "pk")
    return [each for each in others if shelf.same_operator(point, each)]
