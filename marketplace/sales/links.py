"""Signed links by which a guest opens an order without an account."""

from django.core.signing import Signer
from django.utils.crypto import constant_time_compare
from oscar.apps.order.models import Order

_signer = Signer(salt="marketplace.sales.guest-order")


def guest_link_token(order: Order) -> str:
    """The part of a link that proves that its bearer was sent it; it opens this order only."""
    return _signer.signature(order.number)


def order_from_token(number: str, token: str) -> Order | None:
    """The order, or None for a forged token or a number that does not exist."""
    if not constant_time_compare(token, _signer.signature(number)):
        return None
    return Order.objects.filter(number=number).first()
