"""A stall's goods as feeds for other sales channels."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from marketplace.core.pages import public_page
from producers.models import Partner
from storefront import stall_feeds


@require_safe
@public_page
def google(request: HttpRequest, slug: str) -> HttpResponse:
    """What the stall sells, for Google Merchant Center to fetch."""
    stall = get_object_or_404(Partner.objects.public(), slug=slug)
    link = request.build_absolute_uri(stall.get_absolute_url())
    feed = stall_feeds.google(stall, link, stall_feeds.offers(request, stall))
    return HttpResponse("".join(feed), content_type="application/xml; charset=utf-8")


@require_safe
@public_page
def facebook(request: HttpRequest, slug: str) -> HttpResponse:
    """What the stall sells, for a catalogue of Facebook to fetch."""
    stall = get_object_or_404(Partner.objects.public(), slug=slug)
    feed = stall_feeds.facebook(stall, stall_feeds.offers(request, stall))
    return HttpResponse("".join(feed), content_type="text/csv; charset=utf-8")
