"""Money that goes back to cards: sent by us from a row that was written before, or by the seller at Stripe.

A row moves up only: being sent, sent, back with the buyer, failed. So Stripe's messages may come in any
order. What fails is owed to the buyer again.
"""

import datetime

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.core import clock
from marketplace.core.exceptions import Refused
from marketplace.core.keys import key_of
from marketplace.core.money import format_vnd
from marketplace.core.tasks import retrying_task
from marketplace.payments import stripe_api
from marketplace.payments.domain import books
from marketplace.payments.domain.stripe_sessions import Mismatch
from marketplace.payments.models import Payment, Refund, StripeRefund, StripeSession
from marketplace.payments.signals import card_refund_failed
from marketplace.payments.stripe_api import NotAccepted

State = StripeRefund.State

STATES = {
    "pending": State.SENT,
    "requires_action": State.SENT,
    "succeeded": State.DONE,
    "failed": State.FAILED,
    "canceled": State.FAILED,
}
"""By Stripe's own words for them."""

BELOW = {
    State.SENT: (State.TO_SEND,),
    State.DONE: (State.TO_SEND, State.SENT),
    State.FAILED: (State.TO_SEND, State.SENT, State.DONE),
}

KEYS_LAST = datetime.timedelta(hours=23)
"""Stripe forgets idempotency keys after a day (https://docs.stripe.com/api/idempotent_requests)."""


class NotOnCards(Refused):
    """Less was paid by cards that can still be reached than was to go back to them; nothing changed."""

    def __init__(self, left: int):
        super().__init__(
            _("%(amount)s of this payment can go back to the card.") % {"amount": format_vnd(left)}
        )


def send(given: Refund) -> None:
    """Have a refund that was just written sent to the cards, the last paid first. Raises ``NotOnCards``."""
    amount, rows = given.amount, []
    for session, left in _left(given.payment):
        part = min(amount, left)
        if part > 0:
            rows.append(StripeRefund(refund=given, session=session, amount=part))
            amount -= part
    if amount:
        raise NotOnCards(given.amount - amount)
    for row in rows:
        row.save()
        send_one.enqueue(row.pk)


@retrying_task(title=gettext_lazy("Cards: send money back"))
def send_one(refund_id: int) -> None:
    """What is sent already is left alone; a run that died is made up for by the same idempotency key."""
    row = StripeRefund.objects.select_related("refund", "session__payment", "session__account").get(
        pk=refund_id
    )
    if row.state != State.TO_SEND:
        return
    try:
        told = _sent_before(row) or stripe_api.send_refund(row)
    except NotAccepted as refusal:
        fail(row, refusal.problem)
    else:
        note(row, told)


@retrying_task(title=gettext_lazy("Cards: look for refunds that the seller made at Stripe"))
def look_up(session_id: int) -> None:
    """What is known already counts nothing."""
    session = StripeSession.objects.select_related("payment", "account").get(pk=session_id)
    for told in stripe_api.refunds_of(session):
        if told.get("payment_intent") == session.intent:
            note_told(session, told)


@transaction.atomic
def note_told(session: StripeSession, told: dict) -> bool:
    """Write down what Stripe tells of a refund of this visit, ours or one of the seller's own.

    Gives whether it was news. Raises ``Mismatch``.
    """
    if told["currency"] != stripe_api.CURRENCY:
        raise Mismatch("other_currency")
    books.lock(session.payment)
    row = _known(session, told)
    if row is not None:
        return note(row, told)
    state = STATES.get(told.get("status", ""), State.SENT)
    if state == State.FAILED:
        return False
    note_given(session, told["id"], told["amount"], state)
    return True


@transaction.atomic
def note(row: StripeRefund, told: dict) -> bool:
    """Write down how far a refund is; gives whether that was news. Raises ``Mismatch``."""
    if told["amount"] != row.amount:
        raise Mismatch("other_amount")
    StripeRefund.objects.filter(pk=row.pk, identifier="").update(identifier=told["id"])
    state = STATES.get(told.get("status", ""), State.SENT)
    if state == State.FAILED:
        return fail(row, told.get("failure_reason", told["status"]))
    return _rise(row, state)


@transaction.atomic
def fail(row: StripeRefund, problem: str) -> bool:
    """The money did not reach the card and is owed again; gives whether that was news."""
    books.lock(row.session.payment)
    if not _rise(row, State.FAILED, problem=problem):
        return False
    books.come_back(row.session.payment, row.amount, note=f"{row.identifier or row.key}: {problem}")
    card_refund_failed.send(StripeRefund, refund=row)
    return True


def note_given(session: StripeSession, proof: str, amount: int, state: str = State.DONE) -> Refund:
    """Money went back to the card without us. Raises ``Mismatch`` where the seller has not so much."""
    try:
        given = books.give_back(session.payment, amount, way=Refund.Way.CARD, proof=proof[:80], actor=None)
    except books.RefundTooLarge as refusal:
        raise Mismatch("refund_too_large") from refusal
    StripeRefund.objects.create(refund=given, session=session, amount=amount, state=state, identifier=proof)
    return given


def waiting() -> list[int]:
    """The keys of those that should have been sent by now: their tasks have given up."""
    late = clock.now() - datetime.timedelta(hours=1)
    unsent = StripeRefund.objects.filter(state=State.TO_SEND, refund__at__lt=late)
    return list(unsent.values_list("pk", flat=True))


def _known(session: StripeSession, told: dict) -> StripeRefund | None:
    rows = StripeRefund.objects.filter(session=session).select_related("session__payment", "refund")
    named = told.get(stripe_api.REFUND, "")
    by_number = rows.filter(pk=key_of(named)).first()
    return by_number or rows.filter(identifier=told["id"]).first()


def _sent_before(row: StripeRefund) -> dict | None:
    """What Stripe has of a refund whose idempotency key it may have forgotten."""
    if clock.now() - row.refund.at < KEYS_LAST:
        return None
    sent = stripe_api.refunds_of(row.session)
    return next((each for each in sent if each.get(stripe_api.REFUND) == str(row.pk)), None)


def _rise(row: StripeRefund, state: str, **fields: object) -> bool:
    moved = StripeRefund.objects.filter(pk=row.pk, state__in=BELOW[state]).update(state=state, **fields)
    row.refresh_from_db()
    return bool(moved)


def _left(payment: Payment) -> list[tuple[StripeSession, int]]:
    """What can still go back to the card of each paid visit, the last paid first."""
    paid = payment.stripe_sessions.filter(paid_at__isnull=False, account__ended_at=None).order_by(
        "-paid_at", "-pk"
    )
    back = StripeRefund.objects.filter(session__in=paid).exclude(state=State.FAILED)
    gone = dict(back.order_by().values_list("session").annotate(Sum("amount")))
    return [(session, session.amount - gone.get(session.pk, 0)) for session in paid]
