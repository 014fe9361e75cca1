"""The office's desk: monthly statements of all sellers out of the ledger."""

from collections.abc import Iterator

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketplace.core import activity
from marketplace.core.exceptions import Refused
from marketplace.desks import exports
from marketplace.desks.months import month_of
from marketplace.desks.office.access import for_office
from marketplace.sales import statement_papers
from marketplace.sales.domain import months
from marketplace.sales.domain.months import Month

ROWS_PER_PAGE = 50


@require_safe
@never_cache
@for_office
def index(request: HttpRequest) -> HttpResponse:
    """The months in which something was posted for any seller."""
    return render(request, "desks/office/months.html", {"months": months.months_of(months.book_of_all())})


@require_safe
@never_cache
@for_office
def month(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """One month: what it came to for all sellers together, and for each."""
    wanted = month_of(year, number)
    statement = months.statement(months.book_of_all(), wanted)
    page = Paginator(months.by_seller(wanted), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": statement_papers.title_of(wanted),
        "state": statement_papers.state_of(wanted),
        "statement": statement,
        "moved": statement_papers.moved_rows(statement.moved),
        "page": page,
    }
    return render(request, "desks/office/month.html", context)


@require_safe
@never_cache
@for_office
def take_away(request: HttpRequest, year: int, number: int) -> HttpResponseBase:
    """The sellers of a month as a table; ``kind`` is xlsx or csv. The fee to be invoiced is in it."""
    wanted = month_of(year, number)
    kind = request.GET.get("kind", exports.XLSX)
    try:
        answer = exports.answer(f"sao-ke-{wanted.first:%Y-%m}", kind, _head(), _rows(wanted))
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect("office_desk:month", year, number)
    activity.record("statements.exported", request.user, actor=request.user, month=str(wanted))
    return answer


def _head() -> list[str]:
    return [
        _("Seller"),
        _("Tax or business code"),
        _("Sold"),
        _("Received from buyers"),
        _("Paid back to buyers"),
        _("Claim on the marketplace"),
        _("Fee"),
    ]


def _rows(wanted: Month) -> Iterator[list]:
    for seller, moved in months.by_seller(wanted):
        yield [
            seller.name,
            seller.business_code,
            moved.sold,
            moved.received,
            moved.refunded,
            moved.claimed,
            moved.fee,
        ]
