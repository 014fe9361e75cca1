"""Asking Stripe, through its own library, on a seller's connected account.

Whoever asks has written down before what is asked, so that the same question with the same idempotency key
can be put again after a crash: Stripe then gives its first answer. Nothing here is called inside a
transaction. Answers are given as `facts_of` them. VND has no decimals at Stripe either: amounts go as they
are (https://docs.stripe.com/currencies#zero-decimal).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from marketplace.core.exceptions import Refused
from marketplace.core.imports import later
from marketplace.payments.models import StripeAccount, StripeRefund, StripeSession

stripe = later("stripe")

TIMEOUT_SECONDS = 10
RETRIES = 1
"""Of the library itself, for answers that never came; it sends the same idempotency key."""

CURRENCY = "vnd"
SESSION, REFUND, ORDER = "ocop_session", "ocop_refund", "ocop_order"
"""Names under which Stripe keeps our own keys beside its things (metadata)."""

FACTS = {
    "id",
    "status",
    "payment_status",
    "amount",
    "amount_total",
    "amount_received",
    "amount_refunded",
    "currency",
    "payment_intent",
    "reason",
    "failure_reason",
    "created",
    "charges_enabled",
    "details_submitted",
}
"""What we go by of a thing at Stripe; nothing of it names the buyer."""

MOST_REFUNDS = 100
LONGEST = 255


class NotReached(Refused):
    """Stripe gave no answer, or one that tells nothing; whether it did what was asked is not known."""

    def __init__(self):
        super().__init__(_("Stripe does not answer at the moment. Please try again in a few minutes."))


class NotAccepted(Refused):
    """Stripe understood and refused; it did nothing. ``problem`` is in Stripe's words."""

    def __init__(self, problem: str):
        self.problem = problem[:LONGEST]
        super().__init__(_("Stripe has refused: %(problem)s") % {"problem": self.problem})


def is_set_up() -> bool:
    """Whether the operator has an account with Stripe and can be told things by it."""
    return bool(settings.STRIPE_KEY and settings.STRIPE_WEBHOOK_SECRETS)


def facts_of(thing: Mapping) -> dict[str, int | str]:
    """Of a thing as Stripe describes it what we go by, in one level: `FACTS`, our own keys and ``due_by``."""
    kept = {name: thing.get(name) for name in FACTS}
    metadata = thing.get("metadata") or {}
    kept |= {name: metadata.get(name) for name in (SESSION, REFUND, ORDER)}
    kept["due_by"] = (thing.get("evidence_details") or {}).get("due_by")
    return {name: _clean(value) for name, value in kept.items() if isinstance(value, int | str)}


def create_account(account: StripeAccount) -> dict:
    """An account that the seller will own; Stripe asks the seller for everything else itself."""
    with _answered():
        made = _client().v1.accounts.create(
            {"type": "standard", "metadata": {"ocop_seller": str(account.seller_id)}},
            {"idempotency_key": account.key},
        )
        return facts_of(made.to_dict())


def account_of(account: StripeAccount) -> dict:
    """What Stripe knows of the account now."""
    with _answered():
        return facts_of(_client().v1.accounts.retrieve(account.identifier).to_dict())


def onboarding_url(account: StripeAccount, *, return_url: str, refresh_url: str) -> str:
    """The address, good once and for minutes, at which the seller tells Stripe who it is."""
    with _answered():
        link = _client().v1.account_links.create(
            {
                "account": account.identifier,
                "type": "account_onboarding",
                "return_url": return_url,
                "refresh_url": refresh_url,
            }
        )
        return link.url


def open_session(session: StripeSession) -> tuple[str, str]:
    """Stripe's name for the page for this payment, and its address; asked again, the same."""
    with _answered():
        opened = _client().v1.checkout.sessions.create(_asked_of(session), _on(session, key=session.key))
        return opened.id, opened.url or ""


def session_of(session: StripeSession) -> dict:
    """What has become of the visit."""
    with _answered():
        found = _client().v1.checkout.sessions.retrieve(session.identifier, {}, _on(session))
        return facts_of(found.to_dict())


def end_session(session: StripeSession) -> dict:
    """Nobody can pay by it any more; ``NotAccepted`` where it is over already."""
    with _answered():
        ended = _client().v1.checkout.sessions.expire(session.identifier, {}, _on(session))
        return facts_of(ended.to_dict())


def send_refund(refund: StripeRefund) -> dict:
    """Send the money back to the card; asked again, nothing more goes back."""
    metadata = {REFUND: str(refund.pk), ORDER: refund.session.payment.reference}
    with _answered():
        sent = _client().v1.refunds.create(
            {"payment_intent": refund.session.intent, "amount": refund.amount, "metadata": metadata},
            _on(refund.session, key=refund.key),
        )
        return facts_of(sent.to_dict())


def refunds_of(session: StripeSession) -> list[dict]:
    """All that went back of a paid visit, whoever sent it."""
    with _answered():
        found = _client().v1.refunds.list(
            {"payment_intent": session.intent, "limit": MOST_REFUNDS}, _on(session)
        )
        return [facts_of(each.to_dict()) for each in found.data]


def _asked_of(session: StripeSession) -> dict:
    """What Stripe is asked for a visit: only what the row says, so that it is the same each time."""
    reference = session.payment.reference
    names = {SESSION: str(session.pk), ORDER: reference}
    with override(session.language):
        name = _("Order %(number)s") % {"number": reference}
    price = {"currency": CURRENCY, "unit_amount": session.amount, "product_data": {"name": name}}
    return {
        "mode": "payment",
        "payment_method_types": ["card"],
        # The sum of the contract, in its currency, whatever the card's is.
        "adaptive_pricing": {"enabled": False},
        "client_reference_id": reference,
        "line_items": [{"quantity": 1, "price_data": price}],
        "locale": session.language,
        "expires_at": int(session.expires_at.timestamp()),
        "success_url": session.return_url,
        "cancel_url": session.return_url,
        "metadata": names,
        # The charge carries them too: its own messages may come before the visit's.
        "payment_intent_data": {"description": reference, "metadata": names},
    }


def _on(session: StripeSession, *, key: str = "") -> Mapping[str, str]:
    """On the seller's account, so that the money is the seller's from the start (direct charge)."""
    options = {"stripe_account": session.account.identifier}
    return {**options, "idempotency_key": key} if key else options


def _clean(value: int | str) -> int | str:
    """Nothing that a database would not take."""
    if isinstance(value, int):
        return value
    return value[:LONGEST].encode(errors="ignore").decode().replace("\0", "")


@contextmanager
def _answered() -> Iterator[None]:
    try:
        yield
    except (stripe.InvalidRequestError, stripe.IdempotencyError, stripe.PermissionError) as error:
        raise NotAccepted(error.user_message or str(error)) from error
    except stripe.StripeError as error:
        raise NotReached from error


def _client():
    return _made(settings.STRIPE_KEY, settings.STRIPE_URL)


@cache
def _made(key: str, url: str):
    return stripe.StripeClient(
        key,
        base_addresses={"api": url} if url else {},
        max_network_retries=RETRIES,
        http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
    )
