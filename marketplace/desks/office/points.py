"""The office's desk: points of sale in numbers, against the plan's target."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketplace.desks.office.access import for_office
from producers.domain import point_numbers

PER_PAGE = 30
SILENT = "silent"
TABS = {
    "point": gettext_lazy("By point"),
    "commune": gettext_lazy("By commune"),
    "producer": gettext_lazy("By producer"),
    SILENT: gettext_lazy("Not heard of for 7 days"),
}


@require_safe
@never_cache
@for_office
def index(request: HttpRequest) -> HttpResponse:
    """Stock and sales of 30 days by point, commune or producer; or the points that have not reported."""
    chosen = request.GET.get("by") if request.GET.get("by") in TABS else "point"
    rows = point_numbers.silent_points() if chosen == SILENT else point_numbers.numbers_by(chosen)
    opened = point_numbers.open_points()
    context = {
        "tabs": TABS.items(),
        "chosen": chosen,
        "is_silent": chosen == SILENT,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "opened": opened,
        "target": point_numbers.TARGET,
        "missing": max(point_numbers.TARGET - opened, 0),
    }
    return render(request, "desks/office/points.html", context)
