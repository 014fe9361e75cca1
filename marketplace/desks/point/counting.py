"""The point's desk: stocktakes, counted line by line, each line saved at once."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from marketplace.core.exceptions import Refused
from marketplace.core.fields import NumberField
from marketplace.core.roles import Right
from marketplace.desks.point import finding
from marketplace.desks.point.access import Desk, desk_of
from marketplace.desks.point.forms import ClientIdField, numbers_of
from marketplace.desks.point.shelf_list import matching
from producers.domain import stocktakes
from producers.domain.acts import By
from producers.domain.shelf import MOST_AT_ONCE
from producers.models import StockRecord, Stocktake

PER_PAGE = 30
MOST_SHOWN = 20
UNPROCESSABLE = 422
APPLY, DROP = "apply", "drop"
State = Stocktake.State


class CountForm(forms.Form):
    """How many of one product lie there."""

    counted = NumberField(most=MOST_AT_ONCE)


class EndForm(forms.Form):
    client_id = ClientIdField()


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """The stocktakes of the point; a post begins one."""
    desk = desk_of(request.user, slug, Right.KEEP_SHELF)
    if request.method == "POST":
        try:
            begun = stocktakes.begin(desk.point, actor=request.user)
        except Refused as refusal:
            messages.warning(request, str(refusal))
            begun = stocktakes.open_one(desk.point)
        if begun is not None:
            return redirect("point_desk:stocktake", slug, begun.pk)
    context = {
        **desk.frame,
        "open": stocktakes.open_one(desk.point),
        "done": list(
            desk.point.stocktakes.exclude(state=State.OPEN).select_related("begun_by", "act")[:MOST_SHOWN]
        ),
    }
    return render(request, "desks/point/stocktakes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def stocktake(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The shelf line by line; a post keeps one line, or ends the stocktake."""
    desk = desk_of(request.user, slug, Right.KEEP_SHELF)
    found = get_object_or_404(
        Stocktake.objects.select_related("point__seller", "begun_by", "act"), pk=pk, point=desk.point
    )
    act = request.POST.get("act")
    if act in (APPLY, DROP):
        return _ended(request, found, act, slug)
    wrong: dict[int, tuple[str, str]] = {}
    if request.method == "POST" and _counted(request, desk, found, wrong):
        return redirect(request.get_full_path())
    text = finding.sought(request.GET.get("q", ""))
    records = _sought(desk, text)
    page = Paginator(records, PER_PAGE).get_page(request.GET.get("page"))
    lines = found.lines.select_related("stock_record__product__parent")
    counted = {
        line.stock_record_id: line for line in lines.filter(stock_record__in=[each.pk for each in page])
    }
    context = {
        **desk.frame,
        "stocktake": found,
        "text": text,
        "page": page,
        "rows": [(each, counted.get(each.pk), *wrong.get(each.pk, ("", ""))) for each in page],
        "counted_number": lines.count(),
        "differences": [line for line in lines if line.difference],
        "form": EndForm(),
        "is_open": found.state == State.OPEN,
        "apply": APPLY,
        "drop": DROP,
    }
    return render(request, "desks/point/stocktake.html", context, status=UNPROCESSABLE if wrong else 200)


def _sought(desk: Desk, text: str):
    """The shelf, or what a code or words find of it."""
    if text:
        found = finding.on_shelf(desk, text)
        if isinstance(found.one, StockRecord):
            return desk.shelf.filter(pk=found.one.pk).order_by("pk")
    return matching(desk.shelf, text).order_by("product__title", "pk")


def _counted(request: HttpRequest, desk: Desk, found: Stocktake, wrong: dict) -> bool:
    """Keep the lines that were sent with a number; what is wrong is noted with what was typed."""
    keys = numbers_of(request.POST.getlist("record"))
    records = desk.shelf.in_bulk(keys)
    for pk in keys:
        typed = request.POST.get(f"counted_{pk}", "").strip()
        if not typed or pk not in records:
            continue
        form = CountForm({"counted": typed})
        if not form.is_valid():
            wrong[pk] = (typed, " ".join(form.errors["counted"]))
            continue
        try:
            stocktakes.count(found, records[pk], form.cleaned_data["counted"])
        except Refused as refusal:
            wrong[pk] = (typed, str(refusal))
    return not wrong


def _ended(request: HttpRequest, found: Stocktake, act: str, slug: str) -> HttpResponse:
    """Correct the shelf by what was counted, or drop what was counted."""
    form = EndForm(request.POST)
    try:
        if act == DROP:
            stocktakes.drop(found)
            messages.success(request, _("The stocktake is dropped; the shelf stays as it is."))
        elif not form.is_valid():
            messages.warning(request, _("Please press the button again."))
        else:
            stocktakes.apply(found, by=By(request.user, client_id=form.cleaned_data["client_id"]))
            messages.success(request, _("The shelf is corrected."))
    except Refused as refusal:
        messages.warning(request, str(refusal))
    return redirect("point_desk:stocktake", slug, found.pk)
