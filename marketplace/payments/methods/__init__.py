"""The ways to pay: one class each; a new one is its class and a line in ``METHODS``."""

from django.utils.translation import gettext as _

from marketplace.core.exceptions import Refused
from marketplace.payments.methods.base import PaymentMethod, PaymentMoved, RefundTooLarge
from marketplace.payments.methods.cash_on_delivery import CashOnDelivery
from producers.models import Partner

METHODS: tuple[PaymentMethod, ...] = (CashOnDelivery(),)

__all__ = [
    "CashOnDelivery",
    "PaymentMethod",
    "PaymentMoved",
    "RefundTooLarge",
    "UnknownMethod",
    "available",
    "get",
]


class UnknownMethod(Refused):
    """A way to pay that does not exist or that this seller does not take."""

    def __init__(self):
        super().__init__(_("Please choose one of the ways to pay that this seller takes."))


def available(seller: Partner, language: str) -> list[PaymentMethod]:
    """The ways to pay that a buyer who reads ``language`` can choose for this seller, the usual one first."""
    return [method for method in METHODS if method.is_available(seller, language)]


def get(code: str) -> PaymentMethod:
    """The method with this code, whether or not it is still offered; raises ``UnknownMethod``."""
    for method in METHODS:
        if method.code == code:
            return method
    raise UnknownMethod
