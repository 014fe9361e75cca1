"""What Stripe tells us: signed, fresh, handled once each, in whatever order it comes.

A message and its effect are written in one transaction; told again, it is known. What cannot be right
(another account, amount or currency than was asked for, an order that is gone) is kept and left to a person;
what concerns no order of ours (sellers use their accounts elsewhere too) is noted and changes nothing. What
tells of a charge before we know that there was one is gone through again once we do.
"""

import datetime
import json
import logging
import re
from collections.abc import Callable

from django.conf import settings
from django.db import DataError, IntegrityError, transaction
from django.dispatch import receiver

from marketplace.core import clock
from marketplace.core.exceptions import Refused
from marketplace.core.keys import key_of
from marketplace.core.models import User
from marketplace.payments import stripe_api
from marketplace.payments.domain import stripe_accounts, stripe_disputes, stripe_refunds, stripe_sessions
from marketplace.payments.domain.stripe_sessions import Mismatch
from marketplace.payments.models import StripeAccount, StripeEvent, StripeRefund, StripeSession
from marketplace.payments.signals import card_paid
from marketplace.payments.stripe_api import stripe

Outcome = StripeEvent.Outcome

LONGEST_BODY = 512 * 1024
REPLAY_SECONDS = 300
_NAME = re.compile(r"[A-Za-z0-9_.]{1,255}", re.ASCII)
_LONGEST_KIND = 100
_log = logging.getLogger(__name__)


class NotSigned(Refused):
    """A wrong signature, none, or a moment too long ago; the answer says no more than that."""

    def __init__(self):
        super().__init__("The signature or the moment is not right.")


class NotUnderstood(Refused):
    """The message is genuine, but it is none of Stripe's form."""

    def __init__(self):
        super().__init__("This is not an event.")


def take(body: bytes, signature: str) -> StripeEvent:
    """Write a message down with its effect, once. Raises ``NotSigned`` and ``NotUnderstood``."""
    _check(body, signature)
    told = _understood(body)
    known = StripeEvent.objects.filter(identifier=told["id"]).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            event = _written(told)
            _handle(event)
    except IntegrityError:
        # Another process has just written it; anything else is none that can be answered with 200.
        known = StripeEvent.objects.filter(identifier=told["id"]).first()
        if known is None:
            raise
        return known
    return event


@transaction.atomic
def settle(event: StripeEvent, *, actor: User, note: str) -> bool:
    """A person has looked into a message that was left to one; gives whether nobody was faster."""
    kept = StripeEvent.objects.filter(pk=event.pk, outcome=Outcome.KEPT)
    return bool(
        kept.update(outcome=Outcome.SETTLED, settled_at=clock.now(), settled_by=actor, note=note[:500])
    )


def _check(body: bytes, signature: str) -> None:
    for secret in settings.STRIPE_WEBHOOK_SECRETS:
        try:
            stripe.WebhookSignature.verify_header(body, signature, secret, REPLAY_SECONDS)
        except (stripe.SignatureVerificationError, ValueError):
            continue
        return
    raise NotSigned


def _understood(body: bytes) -> dict:
    try:
        told = json.loads(body)
        names = (told["id"], told["type"], told.get("account") or "none")
        is_event = (
            all(isinstance(name, str) and _NAME.fullmatch(name) for name in names)
            and len(told["type"]) <= _LONGEST_KIND
            and type(told["created"]) is int
            and 0 <= told["created"] < 2**32
            and isinstance(told["data"]["object"], dict)
        )
        told["facts"] = stripe_api.facts_of(told["data"]["object"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise NotUnderstood from error
    if not is_event:
        raise NotUnderstood
    return told


def _written(told: dict) -> StripeEvent:
    return StripeEvent.objects.create(
        identifier=told["id"],
        kind=told["type"],
        account=told.get("account") or "",
        facts=told["facts"],
        made_at=datetime.datetime.fromtimestamp(told["created"], datetime.UTC),
        outcome=Outcome.NOTHING,
    )


def _handle(event: StripeEvent) -> None:
    event.outcome, event.problem = _handled(event)
    event.save(update_fields=["outcome", "problem"])


def _handled(event: StripeEvent) -> tuple[str, str]:
    """The outcome, and the problem if it is left to a person: with its effect where the handler names one."""
    handler = _HANDLERS.get(event.kind)
    event.problem = ""
    if handler is None:
        return Outcome.NOTHING, ""
    try:
        with transaction.atomic():
            is_news = handler(event, event.facts)
    except Mismatch as mismatch:
        return Outcome.KEPT, mismatch.problem
    except (
        LookupError,
        TypeError,
        ValueError,
        AttributeError,
        OverflowError,
        OSError,
        DataError,
        IntegrityError,
    ):
        # A form that Stripe does not send today: money may hang on it, so it waits for a person.
        _log.exception("Stripe's message %s was not understood", event.identifier)
        return Outcome.KEPT, "other_form"
    if event.problem:
        return Outcome.KEPT, event.problem
    return (Outcome.HANDLED if is_news else Outcome.NOTHING), ""


@receiver(card_paid)
def _catch_up(sender, session: StripeSession, **kwargs) -> None:
    """What came before the news of its own charge counts now."""
    early = StripeEvent.objects.filter(
        outcome=Outcome.NOTHING, kind__in=_ON_CHARGES, facts__payment_intent=session.intent
    )
    for event in early.order_by("pk") if session.intent else ():
        _handle(event)


def _session_told(event: StripeEvent, told: dict) -> bool:
    session = _session_of(event, told, identifier=told["id"])
    if session is None:
        return False
    if not session.identifier:
        StripeSession.objects.filter(pk=session.pk, identifier="").update(identifier=told["id"])
        session.identifier = told["id"]
    return stripe_sessions.note(session, told)


def _intent_told(event: StripeEvent, told: dict) -> bool:
    session = _session_of(event, told, intent=told["id"])
    if session is None:
        return False
    return stripe_sessions.count(session, told["amount_received"], told["currency"], told["id"])


def _charge_refunded(event: StripeEvent, told: dict) -> bool:
    """It tells a sum, not which refunds: they are looked up where the sum is not the one that is known."""
    session = _session_of(event, told, intent=told.get("payment_intent", ""))
    if session is None:
        return False
    rows = StripeRefund.objects.filter(session=session).exclude(state=StripeRefund.State.FAILED)
    if sum(rows.values_list("amount", flat=True)) >= told["amount_refunded"]:
        return False
    stripe_refunds.look_up.enqueue(session.pk)
    return True


def _refund_told(event: StripeEvent, told: dict) -> bool:
    session = _session_of(event, told, intent=told.get("payment_intent", ""))
    return session is not None and stripe_refunds.note_told(session, told)


def _dispute_told(event: StripeEvent, told: dict) -> bool:
    session = _session_of(event, told, intent=told.get("payment_intent", ""))
    dispute = None if session is None else stripe_disputes.note(session, told, event.made_at)
    if dispute is not None and dispute.loss:
        event.problem = "paid_back_twice"
    return dispute is not None


def _account_told(event: StripeEvent, told: dict) -> bool:
    account = StripeAccount.objects.filter(identifier=event.account or told["id"]).first()
    if account is None:
        return False
    if told["id"] != account.identifier:
        raise Mismatch("other_account")
    return stripe_accounts.note(account, told, event.made_at)


def _account_ended(event: StripeEvent, _told: dict) -> bool:
    account = StripeAccount.objects.filter(identifier=event.account).exclude(identifier="").first()
    return account is not None and stripe_accounts.end(account, event.made_at)


def _session_of(
    event: StripeEvent, told: dict, *, identifier: str = "", intent: str = ""
) -> StripeSession | None:
    """The visit that a message is about; None for what is none of ours. Raises ``Mismatch``.

    A charge belongs to the visit that its own words name, on the account on which that was opened.
    """
    sessions = StripeSession.objects.select_related("payment", "account")
    named = told.get(stripe_api.SESSION, "")
    if named:
        by_words = {"pk": key_of(named), "payment__reference": told.get(stripe_api.ORDER, "")}
        found = sessions.filter(**by_words).first()
        if found is None:
            raise Mismatch("order_gone")
    else:
        by_name = {"identifier": identifier} if identifier else {"intent": intent}
        found = sessions.filter(**by_name).first() if identifier or intent else None
    if found is not None and found.account.identifier != event.account:
        raise Mismatch("other_account")
    return found


_HANDLERS: dict[str, Callable[[StripeEvent, dict], bool]] = {
    "checkout.session.completed": _session_told,
    "checkout.session.expired": _session_told,
    "checkout.session.async_payment_succeeded": _session_told,
    "checkout.session.async_payment_failed": _session_told,
    "payment_intent.succeeded": _intent_told,
    "charge.refunded": _charge_refunded,
    "charge.refund.updated": _refund_told,
    "refund.created": _refund_told,
    "refund.updated": _refund_told,
    "refund.failed": _refund_told,
    "charge.dispute.created": _dispute_told,
    "charge.dispute.updated": _dispute_told,
    "charge.dispute.closed": _dispute_told,
    "charge.dispute.funds_withdrawn": _dispute_told,
    "charge.dispute.funds_reinstated": _dispute_told,
    "account.updated": _account_told,
    "account.application.deauthorized": _account_ended,
}

_ON_CHARGES = [
    kind for kind, handler in _HANDLERS.items() if handler in (_charge_refunded, _refund_told, _dispute_told)
]
