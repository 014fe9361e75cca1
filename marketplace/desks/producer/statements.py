"""The producer's desk: monthly statements out of the ledger, to read and to take away."""

from io import BytesIO

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketplace.core.exceptions import Refused
from marketplace.desks import exports
from marketplace.desks.months import month_of
from marketplace.desks.producer.money_pages import Desk
from marketplace.sales import statement_papers
from marketplace.sales.domain import months
from marketplace.sales.models import SellerOrder

PDF = "pdf"
ROWS_PER_PAGE = 50


@require_safe
@login_required
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """The months in which something was posted, the newest first."""
    desk = Desk.of(request)
    context = {
        **desk.context(request, "months"),
        "months": months.months_of(months.book_of(desk.stall)),
    }
    return render(request, "desks/producer/months.html", context)


@require_safe
@login_required
@never_cache
def month(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """One month: what it came to, the balances, and its seller orders."""
    desk, wanted = Desk.of(request), month_of(year, number)
    page = Paginator(months.orders_in(desk.stall, wanted), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    found = SellerOrder.objects.only("number").in_bulk(list(page))
    statement = months.statement(months.book_of(desk.stall), wanted)
    context = {
        **desk.context(request, "months"),
        "title": statement_papers.title_of(wanted),
        "state": statement_papers.state_of(wanted),
        "sentences": statement_papers.sentences(),
        "statement": statement,
        "moved": statement_papers.moved_rows(statement.moved),
        "page": page,
        "rows": months.order_lines(desk.stall, wanted, [found[key] for key in page]),
    }
    return render(request, "desks/producer/month.html", context)


@require_safe
@login_required
@never_cache
def take_away(request: HttpRequest, year: int, number: int) -> HttpResponseBase:
    """The statement as a paper (``kind`` is pdf), or its orders as a table (xlsx, csv)."""
    desk, wanted = Desk.of(request), month_of(year, number)
    name = f"sao-ke-{desk.stall.slug}-{wanted.first:%Y-%m}"
    kind = request.GET.get("kind", PDF)
    if kind == PDF:
        paper = BytesIO(statement_papers.statement_pdf(desk.stall, wanted))
        return FileResponse(paper, filename=f"{name}.pdf", content_type="application/pdf")
    rows = statement_papers.order_rows(desk.stall, wanted)
    count = len(months.orders_in(desk.stall, wanted))
    try:
        return exports.answer(name, kind, statement_papers.order_columns(), rows, count)
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect(desk.url("month", year, number))
