"""What every way to pay has in common: a payment and its steps, by `marketplace.payments.domain.books`."""

from abc import ABC, abstractmethod

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.payments.domain import books
from marketplace.payments.domain.books import MoreThanOwed, RefundTooLarge
from marketplace.payments.models import Payment, PaymentEvent, Refund
from producers.models import Partner

__all__ = ["MoreThanOwed", "NotNotified", "PaymentMethod", "PaymentMoved", "RefundTooLarge"]


class PaymentMoved(Refused):
    """The payment is not in a state from which this step is possible; nothing changed."""

    def __init__(self, payment: Payment):
        super().__init__(
            _("The payment for %(reference)s is already in the state “%(state)s”.")
            % {"reference": payment.reference, "state": payment.get_state_display()}
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
    def reduce(self, payment: Payment, by: int, actor: User | None, note: str = "") -> PaymentEvent:
        """What is paid for costs ``by`` VND less; raises ``PaymentMoved`` where it did not cost so much.

        What was paid beyond what is due then is `Payment.refund_owed`; nothing is due where more than that
        was given back before.
        """
        books.lock(payment)
        if payment.amount < by:
            raise PaymentMoved(payment)
        payment.amount -= by
        payment.due = max(payment.due - by, 0)
        return books.write(payment, actor=actor, note=note)

    def refund_ways(self, payment: Payment) -> list[Refund.Way]:
        """How money of this payment can go back, the usual way first."""
        return [Refund.Way.TRANSFER, Refund.Way.CASH, Refund.Way.OTHER]

    @transaction.atomic
    def refund(
        self,
        payment: Payment,
        amount: int,
        *,
        way: str,
        proof: str,
        actor: User | None,
        only_owed: bool = False,
    ) -> Refund:
        """The seller gave money back, as `books.give_back` says, by one of `refund_ways`.

        A method that can send money itself does so here. Raises `RefundTooLarge`, and `MoreThanOwed`.
        """
        return books.give_back(payment, amount, way=way, proof=proof, actor=actor, only_owed=only_owed)

    def notified(self, seller: Partner, told: object) -> object:
        """Somebody whom the seller trusts tells of money that came in; raises ``NotNotified`` here."""
        raise NotNotified
