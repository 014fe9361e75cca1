"""The sums of a payment: what came in, what went back, what is due; each change with its event.

Whoever changes a payment locks it, changes its sums and writes it, in one transaction. So of two acts at once
the second one sees what the first one left.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core import activity
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.core.money import format_vnd
from marketplace.payments.models import Payment, PaymentEvent
from marketplace.payments.models.payments import state_of
from marketplace.payments.signals import payment_moved


class AlreadyGivenBack(Refused):
    """Of the money that should be taken off the payment a part has gone back to the buyer already."""

    def __init__(self, payment: Payment):
        super().__init__(
            _("%(amount)s of this payment have been refunded already.")
            % {"amount": format_vnd(payment.refunded)}
        )


def lock(payment: Payment) -> None:
    """Let nobody else change the payment until the transaction ends, and see it as it is now."""
    payment.refresh_from_db(from_queryset=Payment.objects.select_for_update())


def write(payment: Payment, *, moved: int = 0, actor: User | None, note: str = "") -> PaymentEvent:
    """Keep the sums of a locked payment, with the state that follows from them; ``moved`` in whole VND."""
    payment.state = state_of(payment)
    payment.save(update_fields=["amount", "due", "received", "refunded", "state"])
    event = PaymentEvent.objects.create(
        payment=payment, state=payment.state, moved=moved, actor=activity.person(actor), note=note
    )
    payment_moved.send(Payment, payment=payment, event=event)
    return event


@transaction.atomic
def take_in(payment: Payment, amount: int, *, actor: User | None, note: str = "") -> PaymentEvent:
    """Money came in, ``amount`` VND: what is owed, less, more, or after nothing was owed any more."""
    lock(payment)
    payment.received += amount
    return write(payment, moved=amount, actor=actor, note=note)


@transaction.atomic
def take_out(payment: Payment, amount: int, *, actor: User | None, note: str = "") -> PaymentEvent:
    """Money was counted for this payment by mistake, ``amount`` VND; raises ``AlreadyGivenBack``."""
    lock(payment)
    if payment.received - amount < payment.refunded:
        raise AlreadyGivenBack(payment)
    payment.received -= amount
    return write(payment, moved=-amount, actor=actor, note=note)
