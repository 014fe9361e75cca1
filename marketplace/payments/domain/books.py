"""The sums of a payment: what came in, what went back, what is due; each change with its event.

Whoever changes a payment locks it, changes its sums and writes it, in one transaction. So of two acts at once
the second one sees what the first one left.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core import activity, clock
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.core.money import format_vnd
from marketplace.payments.models import Payment, PaymentEvent, Refund
from marketplace.payments.models.payments import state_of
from marketplace.payments.signals import payment_moved


class AlreadyGivenBack(Refused):
    """Of the money that should be taken off the payment a part has gone back to the buyer already."""

    def __init__(self, payment: Payment):
        super().__init__(
            _("%(amount)s of this payment have been refunded already.")
            % {"amount": format_vnd(payment.refunded)}
        )


class RefundTooLarge(Refused):
    """Less is left of what was paid than was to be given back; nothing changed."""

    def __init__(self, payment: Payment):
        super().__init__(
            _("Of this payment %(amount)s can still be refunded.")
            % {"amount": format_vnd(payment.refundable)}
        )


class MoreThanOwed(Refused):
    """Less is owed back, often because somebody was faster, than was to be given back; nothing changed."""

    def __init__(self, payment: Payment):
        nothing = _("Nothing of this payment is owed back any more.")
        rest = _("Of this payment only %(amount)s are still owed back.")
        super().__init__(
            rest % {"amount": format_vnd(payment.refund_owed)} if payment.refund_owed else nothing
        )


def lock(payment: Payment) -> None:
    """Let nobody else change the payment until the transaction ends, and see it as it is now."""
    payment.refresh_from_db(from_queryset=Payment.objects.select_for_update())


def write(
    payment: Payment, *, moved: int = 0, came_in: int = 0, actor: User | None, note: str = ""
) -> PaymentEvent:
    """Keep the sums of a locked payment, with the state that follows from them.

    ``moved`` is by how much the seller has more (VND), ``came_in`` what of that the buyer has newly paid.
    """
    payment.state = state_of(payment)
    payment.owed_since = (payment.owed_since or clock.now()) if payment.refund_owed else None
    payment.save(update_fields=["amount", "due", "received", "refunded", "state", "owed_since"])
    event = PaymentEvent.objects.create(
        payment=payment, state=payment.state, moved=moved, actor=activity.person(actor), note=note
    )
    payment_moved.send(Payment, payment=payment, event=event, came_in=came_in)
    return event


@transaction.atomic
def take_in(payment: Payment, amount: int, *, actor: User | None, note: str = "") -> PaymentEvent:
    """Money came in, ``amount`` VND: what is owed, less, more, or after nothing was owed any more."""
    lock(payment)
    payment.received += amount
    return write(payment, moved=amount, came_in=amount, actor=actor, note=note)


@transaction.atomic
def take_out(payment: Payment, amount: int, *, actor: User | None, note: str = "") -> PaymentEvent:
    """Money was counted for this payment by mistake, ``amount`` VND; raises ``AlreadyGivenBack``."""
    lock(payment)
    if payment.received - amount < payment.refunded:
        raise AlreadyGivenBack(payment)
    payment.received -= amount
    return write(payment, moved=-amount, actor=actor, note=note)


@transaction.atomic
def give_back(
    payment: Payment, amount: int, *, way: str, proof: str, actor: User | None, only_owed: bool = False
) -> Refund:
    """Money went back to the buyer; several times is possible, up to what the seller has.

    What was paid too much goes first; the rest is for goods, and so much less is due. With ``only_owed``
    there is no rest: `MoreThanOwed` is raised for it. ``amount`` is whole VND, ``way`` one of `Refund.Way`,
    ``proof`` such as the bank's number. Raises `RefundTooLarge`.
    """
    lock(payment)
    if only_owed and amount > payment.refund_owed:
        raise MoreThanOwed(payment)
    if not 0 < amount <= payment.refundable:
        raise RefundTooLarge(payment)
    payment.due -= max(amount - payment.refund_owed, 0)
    payment.refunded += amount
    # Before the step that tells of it: whoever hears it looks which way the money went.
    refund = Refund.objects.create(
        payment=payment, amount=amount, way=way, proof=proof, actor=activity.person(actor)
    )
    write(payment, moved=-amount, actor=actor, note=proof)
    return refund


@transaction.atomic
def come_back(payment: Payment, amount: int, *, note: str) -> PaymentEvent:
    """Of what was given back, ``amount`` VND did not reach the buyer: the seller has it again and owes it."""
    lock(payment)
    payment.refunded -= amount
    return write(payment, moved=amount, actor=None, note=note[:255])
