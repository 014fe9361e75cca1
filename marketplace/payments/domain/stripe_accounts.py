"""Sellers' own accounts with Stripe: connected, known by what Stripe tells, disconnected."""

import datetime

from django.db import transaction
from django.db.models import Q

from marketplace.core import activity, clock
from marketplace.core.models import User
from marketplace.payments import stripe_api
from marketplace.payments.domain import stripe_sessions
from marketplace.payments.models import StripeAccount, StripeSession
from marketplace.payments.signals import card_account_changed
from producers.models import Partner


def account_of(seller: Partner) -> StripeAccount | None:
    """The account by which the seller takes, took or will take cards."""
    return StripeAccount.objects.filter(seller=seller).current().first()


def connect(seller: Partner, *, actor: User) -> StripeAccount:
    """The seller's account, made at Stripe if there is none; one that was disconnected is connected again.

    Raises ``NotReached`` or ``NotAccepted`` of Stripe; tried again, it goes on where it was.
    """
    account = _begin(seller, actor)
    if not account.identifier:
        told = stripe_api.create_account(account)
        StripeAccount.objects.filter(pk=account.pk, identifier="").update(identifier=told["id"])
        account.refresh_from_db()
    return account


def refresh(account: StripeAccount) -> None:
    """Ask Stripe what the account can do now. Raises ``NotReached`` or ``NotAccepted``."""
    if account.identifier:
        note(account, stripe_api.account_of(account), clock.now())


@transaction.atomic
def note(account: StripeAccount, told: dict, at: datetime.datetime) -> bool:
    """What Stripe knew of an account at this moment; gives whether it began or ceased to take cards."""
    account.refresh_from_db(from_queryset=StripeAccount.objects.select_for_update())
    before = account.takes_cards
    newer = StripeAccount.objects.filter(pk=account.pk, ended_at=None).filter(
        Q(told_at=None) | Q(told_at__lte=at)
    )
    newer.update(
        can_charge=bool(told.get("charges_enabled")),
        has_details=bool(told.get("details_submitted")),
        told_at=at,
    )
    account.refresh_from_db()
    return _tell(account, before)


@transaction.atomic
def disconnect(account: StripeAccount, *, actor: User) -> None:
    """Take no cards any more, by the seller's wish; refunds of what was paid stay possible."""
    account.refresh_from_db(from_queryset=StripeAccount.objects.select_for_update())
    before = account.takes_cards
    if not StripeAccount.objects.filter(pk=account.pk, paused_at=None).update(paused_at=clock.now()):
        return
    activity.record("stripe_account.disconnected", account.seller, actor=actor)
    _end_visits(account)
    account.refresh_from_db()
    _tell(account, before)


@transaction.atomic
def end(account: StripeAccount, at: datetime.datetime) -> bool:
    """Stripe lets us act for the account no longer: the seller has shut us out; gives whether it was news."""
    account.refresh_from_db(from_queryset=StripeAccount.objects.select_for_update())
    before = account.takes_cards
    ended = StripeAccount.objects.filter(pk=account.pk, ended_at=None).update(ended_at=at, can_charge=False)
    if ended:
        activity.record("stripe_account.ended", account.seller)
    account.refresh_from_db()
    _tell(account, before)
    return bool(ended)


@transaction.atomic
def _begin(seller: Partner, actor: User) -> StripeAccount:
    # Of two who connect at once the later one finds the account of the earlier.
    Partner.objects.select_for_update(no_key=True).get(pk=seller.pk)
    account = account_of(seller)
    if account is None:
        account = StripeAccount.objects.create(seller=seller, connected_by=activity.person(actor))
        activity.record("stripe_account.connected", seller, actor=actor)
    elif account.paused_at is not None:
        before = account.takes_cards
        account.paused_at = None
        account.save(update_fields=["paused_at"])
        activity.record("stripe_account.connected", seller, actor=actor)
        _tell(account, before)
    return account


def _end_visits(account: StripeAccount) -> None:
    live = StripeSession.objects.filter(account=account, state__in=stripe_sessions.LIVE)
    for pk in live.values_list("pk", flat=True):
        stripe_sessions.end_later.enqueue(pk)


def _tell(account: StripeAccount, before: bool) -> bool:
    changed = account.takes_cards != before
    if changed:
        card_account_changed.send(StripeAccount, account=account)
    return changed
