"""Promotions on the visitor's basket: applied where prices are shown, not wherever a basket is counted."""

from django.http import HttpRequest
from oscar.apps.basket.middleware import BasketMiddleware as OscarBasketMiddleware
from oscar.apps.basket.models import Basket

from marketplace.sales.domain import discounts
from marketplace.sales.domain.discounts import Person
from marketplace.sales.domain.quote import Quote, quote
from storefront import answers as kept


class BasketMiddleware(OscarBasketMiddleware):
    def apply_offers_to_basket(self, request: HttpRequest, basket: Basket) -> None:
        """Left to `priced`: the number in the head of every page needs no prices."""


def buyer_of(request: HttpRequest) -> Person:
    """Who buys, as far as the account and the answers of the checkout say."""
    buyer = kept.buyer(request.session)
    return buyer.known_to(request.user) if buyer is not None else Person(request.user)


def priced(request: HttpRequest) -> Quote:
    """What the visitor's basket costs now, with all that makes it cheaper for this buyer."""
    discounts.reduce_prices(request.basket, buyer_of(request))
    return quote(request.basket)
