"""The office's desk: what sellers owe buyers back and have not given back yet."""

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketplace.core.text import fold
from marketplace.desks.office.access import for_office
from marketplace.payments import methods
from marketplace.payments.models import Payment
from marketplace.sales.models import SellerOrder

ROWS_PER_PAGE = 30
LONGEST_TEXT = 100


@require_safe
@never_cache
@for_office
def index(request: HttpRequest) -> HttpResponse:
    """Payments of which money is owed back, the longest owed first; all, or those of sellers by name."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_TEXT]
    page = Paginator(_owing(text), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    placed = SellerOrder.objects.select_related("seller")
    orders = placed.in_bulk([each.reference for each in page], field_name="number")
    context = {
        "text": text,
        "page": page,
        "rows": [(each, orders.get(each.reference), methods.get(each.method).label) for each in page],
    }
    return render(request, "desks/office/refunds_owed.html", context)


def _owing(text: str) -> QuerySet[Payment]:
    owing = Payment.objects.owing_refunds().order_by("owed_since", "pk")
    words = fold(text).split()
    if not words:
        return owing
    placed = SellerOrder.objects.order_by()
    for word in words:
        placed = placed.filter(seller__folded_name__contains=word)
    return owing.filter(reference__in=placed.values("number"))
