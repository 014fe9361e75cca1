"""The office's desk: what waits for a decision."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.models import ListingCheck, TakeDown
from marketplace.core import clock
from marketplace.desks.office.access import for_office
from producers.models import SellerApplication, StallCheck, Suspension


@require_safe
@never_cache
@for_office
def index(request: HttpRequest) -> HttpResponse:
    """How much waits, by kind, and what the law makes due next."""
    to_do = [*TakeDown.objects.to_do()[:1], *Suspension.objects.to_do()[:1]]
    next_due = min((measure.due_at for measure in to_do), default=None)
    context = {
        "applications": SellerApplication.objects.waiting().count(),
        "listings": ListingCheck.objects.waiting().count(),
        "stall_pages": StallCheck.objects.waiting().count(),
        "measures": TakeDown.objects.to_do().count() + Suspension.objects.to_do().count(),
        "next_due": next_due,
        "is_overdue": next_due is not None and next_due < clock.now(),
        "oldest_application": SellerApplication.objects.waiting().first(),
        "oldest_listing": ListingCheck.objects.waiting().first(),
    }
    return render(request, "desks/office/index.html", context)
