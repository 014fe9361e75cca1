"""Charges that a buyer's bank takes back: shown to seller and office, counted once they are lost.

Between opening and decision the money is with Stripe; the seller answers there, with proof of delivery.
"""

import datetime

from django.db import transaction

from marketplace.payments import stripe_api
from marketplace.payments.domain import books, stripe_refunds
from marketplace.payments.domain.stripe_sessions import Mismatch
from marketplace.payments.models import StripeDispute, StripeSession
from marketplace.payments.signals import card_disputed

LOST = "lost"
CLOSED = (LOST, "won", "warning_closed", "prevented")
"""Stripe's words for disputes that are decided."""


@transaction.atomic
def note(session: StripeSession, told: dict, at: datetime.datetime) -> StripeDispute | None:
    """Write down what Stripe told at this moment; gives the dispute if it was news. Raises ``Mismatch``."""
    if told["currency"] != stripe_api.CURRENCY:
        raise Mismatch("other_currency")
    payment = session.payment
    books.lock(payment)
    dispute = StripeDispute.objects.filter(identifier=told["id"]).first()
    # Of two messages of one second the decision is the later one.
    if dispute is not None and (dispute.closed_at is not None or at < dispute.told_at):
        return None
    before = dispute.status if dispute is not None else None
    if dispute is None:
        dispute = StripeDispute(session=session, identifier=told["id"], opened_at=_moment(told["created"]))
    dispute.amount, dispute.status, dispute.told_at = told["amount"], told["status"], at
    dispute.reason = told.get("reason", "")[:60]
    dispute.answer_by = _moment(told["due_by"]) if told.get("due_by") else None
    if dispute.status in CLOSED:
        dispute.closed_at = at
    if dispute.status == LOST:
        _count(dispute, session)
    dispute.save()
    if dispute.status == before:
        return None
    books.write(payment, actor=None, note=f"{dispute.identifier}: {dispute.status}")
    card_disputed.send(StripeDispute, dispute=dispute)
    return dispute


def _count(lost: StripeDispute, session: StripeSession) -> None:
    """What the seller has of the money has gone back now; the rest the buyer had back before."""
    left = min(lost.amount, session.payment.refundable)
    if left:
        lost.refund = stripe_refunds.note_given(session, lost.identifier, left)
    lost.loss = lost.amount - left


def _moment(seconds: int) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)
