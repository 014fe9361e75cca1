"""The office's desk: what waits for a decision."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketplace.desks.office.access import for_office


@require_safe
@never_cache
@for_office
def index(request: HttpRequest) -> HttpResponse:
    """What waits, by kind, with what is due first."""
    return render(request, "desks/office/index.html")
