"""The office's desk: what was paid by card and goes back to it from the seller's own Stripe account."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from marketplace.core.exceptions import Refused
from marketplace.payments import methods
from marketplace.payments.models import Payment, Refund


def goes_to_card(payment: Payment | None) -> bool:
    """Whether money of this payment can be sent back to a card."""
    return payment is not None and Refund.Way.CARD in methods.get(payment.method).refund_ways(payment)


def send(request: HttpRequest, refund: Callable[[], object]) -> None:
    """Do it, and tell the officer what became of it."""
    try:
        refund()
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("The money is on its way to the buyer's card."))
