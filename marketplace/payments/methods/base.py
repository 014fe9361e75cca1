"""What every way to pay has in common: a payment and its steps, by `marketplace.payments.domain.books`."""

from abc import ABC, abstractmethod

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from marketplace.core import activity
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.core.money import format_vnd
from marketplace.payments.domain import books
from marketplace.payments.models import Payment, PaymentEvent, Refund
from producers.models import Partner


class PaymentMoved(Refused):
    """The payment is not in a state from which this step is possible; nothing changed."""

    def __init__(self, payment: Payment):
        super().__init__(
            _("The payment for %(reference)s is already in the state “%(state)s”.")
            % {"reference": payment.reference, "state": payment.get_state_display()}
        )


class RefundTooLarge(Refused):
    """Less is left of what was paid than was to be given back; nothing changed."""

    def __init__(self, payment: Payment):
        super().__init__(
            _("Of this payment %(amount)s can still be refunded.")
            % {"amount": format_vnd(payment.refundable)}
        )


class NotNotified(Refused):
    """Nobody tells of payments made in this way; nothing changed."""

    def __init__(self):
        super().__init__(_("Payments made in this way are not notified."))


class PaymentMethod(ABC):
    """One way to pay. It knows amounts in whole VND and references, not orders."""

    code: str
    label: str | Promise
    explanation: str | Promise
    is_settled_on_receipt: bool
    """Whether whoever has the goods has paid for them."""

    @abstractmethod
    def is_available(self, seller: Partner, language: str) -> bool:
        """Whether buyers who read this language can pay this seller so."""

    @transaction.atomic
    def start(self, reference: str, amount: int, seller: Partner) -> Payment:
        """Record what is owed to a seller under a reference; the database allows one open payment each."""
        payment = Payment.objects.create(reference=reference, method=self.code, amount=amount, due=amount)
        PaymentEvent.objects.create(payment=payment, state=payment.state)
        return payment

    @transaction.atomic
    def confirm(self, payment: Payment, actor: User | None, note: str = "") -> PaymentEvent:
        """The seller has all that was outstanding; raises ``PaymentMoved`` where nothing was."""
        books.lock(payment)
        if not payment.is_awaited:
            raise PaymentMoved(payment)
        return books.take_in(payment, payment.outstanding, actor=actor, note=note)

    @transaction.atomic
    def cancel(self, payment: Payment, actor: User | None, note: str = "") -> PaymentEvent:
        """Nothing is owed any more; raises ``PaymentMoved`` where that was so already.

        What was paid stays as it was paid: it is `Payment.refund_owed` from now on.
        """
        books.lock(payment)
        if not payment.due:
            raise PaymentMoved(payment)
        payment.due = 0
        return books.write(payment, actor=actor, note=note)

    @transaction.atomic
    def reduce(self, payment: Payment, amount: int, actor: User | None, note: str = "") -> PaymentEvent:
        """Less is owed: ``amount`` VND in all; raises ``PaymentMoved`` where less was owed already.

        What was paid beyond that is `Payment.refund_owed`.
        """
        books.lock(payment)
        if payment.due < amount:
            raise PaymentMoved(payment)
        payment.amount -= payment.due - amount
        payment.due = amount
        return books.write(payment, actor=actor, note=note)

    @transaction.atomic
    def refund(self, payment: Payment, amount: int, *, way: str, proof: str, actor: User | None) -> Refund:
        """The seller gave money back by hand; several times is possible, up to what the seller has.

        What was paid too much goes first; the rest is for goods, and so much less is due. ``amount`` is whole
        VND, ``way`` one of `Refund.Way`, ``proof`` such as the bank's number. A method that can send money
        itself does so here. Raises `RefundTooLarge`.
        """
        books.lock(payment)
        if not 0 < amount <= payment.refundable:
            raise RefundTooLarge(payment)
        payment.due -= max(amount - payment.refund_owed, 0)
        payment.refunded += amount
        books.write(payment, moved=-amount, actor=actor, note=proof)
        return Refund.objects.create(
            payment=payment, amount=amount, way=way, proof=proof, actor=activity.person(actor)
        )

    def notified(self, seller: Partner, told: object) -> object:
        """Somebody whom the seller trusts tells of money that came in; raises ``NotNotified`` here."""
        raise NotNotified
