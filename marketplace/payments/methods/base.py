"""What every way to pay has in common: a payment, its steps, and that each step happens once."""

from abc import ABC, abstractmethod

from django.db import transaction
from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.core.money import format_vnd
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


class PaymentMethod(ABC):
    """One way to pay. It knows amounts in whole VND and references, not orders."""

    code: str
    label: str | Promise
    explanation: str | Promise

    @abstractmethod
    def is_available(self, seller: Partner, language: str) -> bool:
        """Whether buyers who read this language can pay this seller so."""

    @transaction.atomic
    def start(self, reference: str, amount: int) -> Payment:
        """Record what is owed under a reference; the database allows one open payment each."""
        payment = Payment.objects.create(reference=reference, method=self.code, amount=amount)
        PaymentEvent.objects.create(payment=payment, state=payment.state)
        return payment

    @transaction.atomic
    def confirm(self, payment: Payment, actor: User | None, note: str = "") -> PaymentEvent:
        """The seller has the money; raises ``PaymentMoved`` unless it was awaited."""
        return self._move(payment, Payment.State.AWAITING, Payment.State.PAID, actor, note)

    @transaction.atomic
    def cancel(self, payment: Payment, actor: User | None, note: str = "") -> PaymentEvent:
        """Nothing is owed any more; raises ``PaymentMoved`` unless it was awaited."""
        return self._move(payment, Payment.State.AWAITING, Payment.State.CANCELLED, actor, note)

    @transaction.atomic
    def reduce(self, payment: Payment, amount: int, actor: User | None, note: str = "") -> PaymentEvent:
        """Less is owed: ``amount`` VND in all; raises ``PaymentMoved`` unless it was awaited.

        What was paid already stays as it was paid; the rest of it is a refund.
        """
        reduced = Payment.objects.filter(pk=payment.pk, state=Payment.State.AWAITING, amount__gte=amount)
        is_reduced = reduced.update(amount=amount)
        payment.refresh_from_db(fields=["state", "amount"])
        if not is_reduced:
            raise PaymentMoved(payment)
        return PaymentEvent.objects.create(
            payment=payment, state=payment.state, actor=_person(actor), note=note
        )

    @transaction.atomic
    def refund(self, payment: Payment, amount: int, *, way: str, proof: str, actor: User | None) -> Refund:
        """The seller gave money back by hand; several times is possible, up to what was paid.

        ``amount`` is whole VND, ``way`` one of `Refund.Way`, ``proof`` such as the bank's number. A method
        that can send money itself does so here. Raises `RefundTooLarge`.
        """
        left = Payment.objects.filter(
            pk=payment.pk,
            state__in=(Payment.State.PAID, Payment.State.REFUNDED),
            amount__gte=F("refunded") + amount,
        )
        is_within = amount > 0 and left.update(refunded=F("refunded") + amount)
        payment.refresh_from_db(fields=["state", "refunded"])
        if not is_within:
            raise RefundTooLarge(payment)
        if payment.refunded == payment.amount and payment.state == Payment.State.PAID:
            self._move(payment, Payment.State.PAID, Payment.State.REFUNDED, actor, proof)
        return Refund.objects.create(
            payment=payment, amount=amount, way=way, proof=proof, actor=_person(actor)
        )

    def _move(self, payment: Payment, before: str, after: str, actor: User | None, note: str) -> PaymentEvent:
        moved = Payment.objects.filter(pk=payment.pk, state=before).update(state=after)
        payment.refresh_from_db(fields=["state"])
        if not moved:
            raise PaymentMoved(payment)
        return PaymentEvent.objects.create(payment=payment, state=after, actor=_person(actor), note=note)


def _person(actor: User | None) -> User | None:
    return actor if actor is not None and actor.is_authenticated else None
