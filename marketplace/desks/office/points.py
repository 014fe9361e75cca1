"""The office's desk: points of sale in numbers, against the plan's target."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketplace.core import clock
from marketplace.core.exceptions import Refused
from marketplace.core.text import slugify
from marketplace.desks import exports
from marketplace.desks.office.access import for_office
from marketplace.regions.models import Region
from producers.domain import point_numbers
from producers.domain.point_numbers import Numbers
from producers.domain.point_targets import target_now

PER_PAGE = 30
SILENT = "silent"
TABS = {
    "point": gettext_lazy("By point"),
    "commune": gettext_lazy("By commune"),
    "producer": gettext_lazy("By producer"),
    SILENT: gettext_lazy("Not heard of for 7 days"),
}


@dataclass(frozen=True)
class Asked:
    """What the office wants to see: by what, and of which former district, None for the whole country."""

    by: str
    districts: list[Region]
    district: Region | None

    @classmethod
    def of(cls, request: HttpRequest) -> "Asked":
        """What is odd is left out."""
        by, key = request.GET.get("by"), request.GET.get("district")
        districts = point_numbers.former_districts()
        district = next((each for each in districts if each.key == key), None)
        return cls(by if by in TABS else "point", districts, district)

    @property
    def is_silent(self) -> bool:
        return self.by == SILENT

    @cached_property
    def rows(self) -> list[Numbers]:
        if self.is_silent:
            return point_numbers.silent_points(self.district)
        return point_numbers.numbers_by(self.by, self.district)


@require_safe
@never_cache
@for_office
def index(request: HttpRequest) -> HttpResponse:
    """Stock and sales of 30 days by point, commune or producer; or the points that have not reported."""
    asked = Asked.of(request)
    target = target_now()
    opened = point_numbers.opened_for(target) if target is not None else None
    context = {
        "tabs": TABS.items(),
        "asked": asked,
        "chosen": asked.by,
        "is_silent": asked.is_silent,
        "page": Paginator(asked.rows, PER_PAGE).get_page(request.GET.get("page")),
        "opened": opened.registered if opened is not None else point_numbers.open_points(),
        "counted": opened.counted if opened is not None else 0,
        "target": target,
        "missing": target.missing(opened.counted) if target is not None else 0,
    }
    return render(request, "desks/office/points.html", context)


@require_safe
@never_cache
@for_office
def export(request: HttpRequest) -> HttpResponseBase:
    """The same rows as a file; ``kind`` is csv or xlsx."""
    asked = Asked.of(request)
    place = f"-{slugify(asked.district.short_name)}" if asked.district is not None else ""
    name = f"diem-ban-{slugify(asked.by)}{place}-{clock.today():%Y%m%d}"
    kind = request.GET.get("kind", exports.CSV)
    try:
        return exports.answer(name, kind, *_table(asked), len(asked.rows))
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect("office_desk:points")


def _table(asked: Asked) -> tuple[list[str], Iterator[list]]:
    if asked.is_silent:
        head = [_("Point of sale"), _("Last recorded")]
        return head, ([each.name, _moment(each.reported_at)] for each in asked.rows)
    head = [_("Name"), _("In stock"), _("Pieces sold, 30 days"), _("Goods sold, 30 days (VND)")]
    return head, ([each.name, each.in_stock, each.sold, each.amount] for each in asked.rows)


def _moment(moment: datetime.datetime | None) -> str:
    return f"{moment.astimezone(clock.HA_NOI):%Y-%m-%d %H:%M}" if moment is not None else ""
