from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.core import clock
from marketplace.core.models import User
from marketplace.payments import stripe_api
from marketplace.payments.deadlines import deadline_now
from marketplace.payments.domain import stripe_accounts, stripe_refunds, stripe_sessions
from marketplace.payments.methods.base import PaymentMethod
from marketplace.payments.models import CardRequest, Payment, PaymentEvent, Refund
from producers.models import Partner


class Stripe(PaymentMethod):
    """The buyer pays by card on Stripe's page, to the seller's own account there; no card touches us."""

    code = "stripe"
    label = gettext_lazy("Card")
    is_settled_on_receipt = False

    @property
    def explanation(self) -> str:
        """How it goes and until when, by the deadline of today."""
        deadline = deadline_now()
        return _(
            "You pay the seller by card, on Stripe's page that opens after ordering, within %(hours)s hours. "
            "After %(reminder)s hours we remind you; without the money the order is then cancelled."
        ) % {"hours": deadline.pay_within_hours, "reminder": deadline.remind_after_hours}

    def is_available(self, seller: Partner, language: str) -> bool:
        # Through the relation, so that a page with several sellers can fetch the accounts of all at once.
        return stripe_api.is_set_up() and any(account.takes_cards for account in seller.stripe_accounts.all())

    @transaction.atomic
    def start(self, reference: str, amount: int, seller: Partner) -> Payment:
        payment = super().start(reference, amount, seller)
        deadline, now = deadline_now(), clock.now()
        CardRequest.objects.create(
            payment=payment,
            seller=seller,
            account=stripe_accounts.account_of(seller),
            due_at=deadline.due_at(now),
            remind_at=deadline.remind_at(now),
        )
        return payment

    @transaction.atomic
    def confirm(self, payment: Payment, actor: User | None, note: str = "") -> PaymentEvent:
        event = super().confirm(payment, actor, note)
        stripe_sessions.end_all(payment)
        return event

    @transaction.atomic
    def cancel(self, payment: Payment, actor: User | None, note: str = "") -> PaymentEvent:
        event = super().cancel(payment, actor, note)
        stripe_sessions.end_all(payment)
        return event

    @transaction.atomic
    def reduce(self, payment: Payment, by: int, actor: User | None, note: str = "") -> PaymentEvent:
        event = super().reduce(payment, by, actor, note)
        stripe_sessions.end_all(payment)
        return event

    def refund_ways(self, payment: Payment) -> list[Refund.Way]:
        reaches_cards = stripe_api.is_set_up() and payment.card_request.account.ended_at is None
        by_hand = super().refund_ways(payment)
        return [Refund.Way.CARD, *by_hand] if reaches_cards else by_hand

    @transaction.atomic
    def refund(self, payment: Payment, amount: int, *, way: str, **given_by) -> Refund:
        """To the card by Stripe, or what the seller gave back otherwise; raises ``NotOnCards`` too."""
        given = super().refund(payment, amount, way=way, **given_by)
        if way == Refund.Way.CARD:
            stripe_refunds.send(given)
        return given
