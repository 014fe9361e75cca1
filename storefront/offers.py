"""Oscar's offers on the visitor's basket, without their queries as long as there are none."""

from django.http import HttpRequest
from oscar.apps.basket.middleware import BasketMiddleware as OscarBasketMiddleware
from oscar.apps.basket.models import Basket
from oscar.apps.offer.applicator import Applicator
from oscar.apps.offer.models import ConditionalOffer


def apply_offers(request: HttpRequest, basket: Basket) -> None:
    """Make the basket's lines cheaper by what is on offer; a new basket has no lines yet."""
    if basket.pk is not None and ConditionalOffer.active.exists():
        Applicator().apply(basket, request.user, request)


class BasketMiddleware(OscarBasketMiddleware):
    def apply_offers_to_basket(self, request: HttpRequest, basket: Basket) -> None:
        apply_offers(request, basket)
