"""A stall's goods as feeds for other sales channels."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from catalog.models import Product, ProductImage
from marketplace.core.pages import public_page
from producers.models import Partner
from storefront import stall_feeds

KEPT_SECONDS = 24 * 60 * 60


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


@require_safe
def picture(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A picture of what the stall sells, as JPEG: Facebook takes no WebP."""
    listed = Product.objects.listed().filter(producer__slug=slug).values("pk")
    image = get_object_or_404(ProductImage.objects.filter(product__in=listed), pk=pk)
    try:
        jpeg = stall_feeds.as_jpeg(image)
    except FileNotFoundError as error:
        raise Http404 from error
    response = HttpResponse(jpeg, content_type="image/jpeg")
    patch_cache_control(response, public=True, max_age=KEPT_SECONDS)
    return response
