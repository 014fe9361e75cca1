"""Asking for the newsletter, confirming it by the link of a mail, and ending it."""

from django.db import transaction

from marketplace.core import clock
from marketplace.notifications.models import Subscription
from marketplace.notifications.subscription_mails import mail_subscription

State = Subscription.State


@transaction.atomic
def ask(email: str, *, language: str, way: str) -> None:
    """Note that somebody wants the newsletter at this address, and mail it the link to confirm.

    An address that gets it already stays as it is and is told so by mail: who asks learns nothing about it.
    """
    subscription, is_new = Subscription.objects.get_or_create(
        email=email.lower(), defaults={"language": language, "way": way}
    )
    if not is_new:
        Subscription.objects.filter(pk=subscription.pk).exclude(state=State.CONFIRMED).update(
            state=State.PENDING, language=language, way=way, asked_at=clock.now()
        )
    mail_subscription.enqueue(subscription.pk)


def confirm(key: str) -> Subscription | None:
    """The address that owns this key gets the newsletter; None for a key that is not waiting for it.

    Confirming twice is fine; what has ended begins only by asking anew.
    """
    Subscription.objects.filter(key=key, state=State.PENDING).update(
        state=State.CONFIRMED, confirmed_at=clock.now(), ended_at=None
    )
    return Subscription.objects.filter(key=key, state=State.CONFIRMED).first()


def end(key: str) -> Subscription | None:
    """The address that owns this key gets nothing more; ending twice is fine. None for an unknown key."""
    Subscription.objects.filter(key=key).exclude(state=State.ENDED).update(
        state=State.ENDED, ended_at=clock.now()
    )
    return Subscription.objects.filter(key=key).first()
