"""The ways to pay: one class each; a new one is its class and a line in ``METHODS``.

Which of them the site offers is ``settings.PAYMENT_METHODS``; which of those a seller, the class itself says.
"""

from collections.abc import Iterable

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from marketplace.core.exceptions import Refused
from marketplace.payments import stripe_api
from marketplace.payments.methods.base import (
    MoreThanOwed,
    NotNotified,
    PaymentMethod,
    PaymentMoved,
    RefundTooLarge,
)
from marketplace.payments.methods.cash_at_counter import CashAtCounter
from marketplace.payments.methods.cash_on_delivery import CashOnDelivery
from marketplace.payments.methods.stripe import Stripe
from marketplace.payments.methods.vietqr import VietQR
from producers.models import Partner

METHODS: tuple[PaymentMethod, ...] = (CashOnDelivery(), CashAtCounter(), VietQR(), Stripe())

__all__ = [
    "CashAtCounter",
    "CashOnDelivery",
    "MoreThanOwed",
    "NotNotified",
    "PaymentMethod",
    "PaymentMoved",
    "RefundTooLarge",
    "Stripe",
    "UnknownMethod",
    "VietQR",
    "available",
    "get",
    "prepare",
]


class UnknownMethod(Refused):
    """A way to pay that does not exist or that this seller does not take."""

    def __init__(self):
        super().__init__(_("Please choose one of the ways to pay that this seller takes."))


def available(seller: Partner, language: str) -> list[PaymentMethod]:
    """The ways to pay that a buyer who reads ``language`` can choose for this seller, the usual one first."""
    offered = (method for method in METHODS if method.code in settings.PAYMENT_METHODS)
    return [method for method in offered if method.is_available(seller, language)]


def prepare(sellers: Iterable[Partner]) -> None:
    """Fetch at once what ``available`` asks about each of these sellers."""
    of_cards = ["stripe_accounts"] if stripe_api.is_set_up() else []
    prefetch_related_objects(list(sellers), "bank_accounts", *of_cards)


def get(code: str) -> PaymentMethod:
    """The method with this code, whether or not it is still offered; raises ``UnknownMethod``."""
    for method in METHODS:
        if method.code == code:
            return method
    raise UnknownMethod
