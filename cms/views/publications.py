"""The shelf card of one product, to be printed."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from catalog.models import Product
from cms.publications.shelf_card import ShelfCard


@require_safe
def shelf_card(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """A6, as a PDF, with price and stars of this moment; none for what is not listed."""
    product = Product.objects.listed().for_cards().filter(pk=int(pk)).first()
    if product is None:
        raise Http404
    card = ShelfCard(product)
    etag = quote_etag(card.digest)
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(card.pdf(), content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="{product.slug}-a6.pdf"'
    response["ETag"] = etag
    patch_cache_control(response, public=True, max_age=0)
    return response
