"""A buyer's visits to Stripe's page: opened for what is owed, counted once, ended when nothing is owed.

A visit is written down before Stripe is asked, and whatever Stripe answers or tells is written afterwards; so
a process may die at any moment. Whoever changes a payment or its visits locks the payment first.
"""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.core import clock
from marketplace.core.exceptions import Refused
from marketplace.core.tasks import retrying_task
from marketplace.payments import stripe_api
from marketplace.payments.domain import books
from marketplace.payments.models import CardRequest, Payment, StripeSession
from marketplace.payments.signals import card_paid
from marketplace.payments.stripe_api import NotAccepted, NotReached

State = StripeSession.State

LIVE = (State.BEGUN, State.OPEN)
SHORTEST = datetime.timedelta(minutes=31)
LONGEST = datetime.timedelta(hours=23, minutes=50)
"""How long Stripe lets a visit be open: half an hour to a day, by its own clock; a little is left for that.

https://docs.stripe.com/api/checkout/sessions/create#create_checkout_session-expires_at
"""

_ATTEMPTS = 3


class NothingOwed(Refused):
    """The payment is paid or cancelled; there is nothing to open."""

    def __init__(self):
        super().__init__(_("Nothing is to be paid for this order any more."))


class NoCards(Refused):
    """The seller has disconnected the account, or Stripe lets it take no cards."""

    def __init__(self):
        super().__init__(
            _("This seller takes no cards at the moment. Please write to the seller how to pay.")
        )


class Mismatch(Refused):
    """What Stripe tells is not what was asked for; a person has to look. ``problem`` is a short code."""

    def __init__(self, problem: str):
        self.problem = problem
        super().__init__(problem)


def visit(payment: Payment, *, language: str, return_url: str) -> StripeSession:
    """The visit by which the buyer can pay what is outstanding: the open one, or a new one.

    Two clicks at once get the same. Raises ``NothingOwed``, ``NoCards``, and of Stripe ``NotReached`` or
    ``NotAccepted``.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        session, is_new = _begin(payment, language, return_url)
        if session.amount != payment.outstanding or session.expires_at <= clock.now():
            end(session)
            continue
        if session.state == State.BEGUN:
            try:
                open_(session)
            except NotAccepted:
                # One that was never opened may be too late for its own end; then a new one is begun.
                _close(session)
                if is_new or attempt == _ATTEMPTS:
                    raise
                continue
        if session.state == State.OPEN:
            return session
    raise NotReached


def current(payment: Payment) -> StripeSession | None:
    """The visit that the buyer can go on with."""
    return payment.stripe_sessions.filter(state=State.OPEN, expires_at__gt=clock.now()).first()


def open_(session: StripeSession) -> None:
    """Have Stripe open a visit that is written down; again, nothing changes. Raises as `stripe_api` does."""
    identifier, url = stripe_api.open_session(session)
    StripeSession.objects.filter(pk=session.pk, url="").update(identifier=identifier, url=url)
    StripeSession.objects.filter(pk=session.pk, state=State.BEGUN).update(state=State.OPEN)
    session.refresh_from_db(fields=["state", "identifier", "url"])


def end(session: StripeSession) -> None:
    """Let nobody pay by this visit any more; if somebody has, that counts. Raises ``NotReached``."""
    if session.state == State.BEGUN:
        try:
            open_(session)
        except NotAccepted:
            _close(session)
    if session.state != State.OPEN:
        return
    try:
        note(session, _ended(session))
    except NotAccepted:
        # The seller has shut us out: nothing more is told of this visit.
        _close(session)


def end_all(payment: Payment) -> None:
    """End what is open of a payment, after the transaction in which it changed."""
    for pk in payment.stripe_sessions.filter(state__in=LIVE).values_list("pk", flat=True):
        end_later.enqueue(pk)


@retrying_task(title=gettext_lazy("Cards: close Stripe's page of an order that has changed"))
def end_later(session_id: int) -> None:
    """What is over already is left alone."""
    end(StripeSession.objects.select_related("payment", "account").get(pk=session_id))


def ask_on_return(session: StripeSession) -> None:
    """Ask Stripe, once, what has become of a visit from which the buyer comes back. Raises ``NotReached``."""
    mine = StripeSession.objects.filter(pk=session.pk, state=State.OPEN, asked_at=None)
    if mine.update(asked_at=clock.now()):
        note(session, stripe_api.session_of(session))


def note(session: StripeSession, told: dict) -> bool:
    """Write down what Stripe says of a visit; gives whether that changed anything. Raises ``Mismatch``."""
    if session.identifier and told["id"] != session.identifier:
        raise Mismatch("other_visit")
    if told["payment_status"] == "paid":
        return count(session, told["amount_total"], told["currency"], told.get("payment_intent", ""))
    return _close(session) if told.get("status") == "expired" else False


@transaction.atomic
def count(session: StripeSession, amount: int, currency: str, intent: str) -> bool:
    """The buyer has paid on a visit: money comes in, once; gives whether it was news. Raises ``Mismatch``."""
    if currency != stripe_api.CURRENCY:
        raise Mismatch("other_currency")
    if amount != session.amount:
        raise Mismatch("other_amount")
    books.lock(session.payment)
    unpaid = StripeSession.objects.filter(pk=session.pk, paid_at=None)
    if not unpaid.update(state=State.PAID, paid_at=clock.now(), intent=intent):
        return False
    session.refresh_from_db(fields=["state", "paid_at", "intent"])
    books.take_in(session.payment, session.amount, actor=None, note=intent)
    card_paid.send(StripeSession, session=session)
    return True


def _ended(session: StripeSession) -> dict:
    try:
        return stripe_api.end_session(session)
    except NotAccepted:
        return stripe_api.session_of(session)


def _close(session: StripeSession) -> bool:
    closed = StripeSession.objects.filter(pk=session.pk, state__in=LIVE).update(state=State.ENDED)
    session.refresh_from_db(fields=["state"])
    return bool(closed)


@transaction.atomic
def _begin(payment: Payment, language: str, return_url: str) -> tuple[StripeSession, bool]:
    """The visit that is not over, else a new one; and whether it is new."""
    books.lock(payment)
    if not payment.is_awaited:
        raise NothingOwed
    request = CardRequest.objects.select_related("account").get(payment=payment)
    if not request.account.takes_cards:
        raise NoCards
    sessions = payment.stripe_sessions.select_related("payment", "account")
    live = sessions.filter(state__in=LIVE).first()
    if live is not None:
        return live, False
    now = clock.now()
    begun = StripeSession.objects.create(
        payment=payment,
        account=request.account,
        attempt=sessions.count() + 1,
        amount=payment.outstanding,
        language=language,
        return_url=return_url,
        expires_at=min(max(request.due_at, now + SHORTEST), now + LONGEST),
    )
    return begun, True
