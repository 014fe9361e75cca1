"""Accounts of buyers."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marketplace.core import activity
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.legal.domain.accept import accept_for_account
from marketplace.legal.models import Kind, Version
from marketplace.notifications.domain import subscribe
from marketplace.notifications.models import Subscription


class AddressTaken(Refused):
    """Somebody else has just registered with this e-mail address."""

    def __init__(self):
        super().__init__(_("An account with this address exists. Log in or ask for a new password."))


def register(*, name: str, email: str, password: str, language: str, wants_news: bool = False) -> User:
    """A new account of somebody who has agreed to the use of personal data as it holds today.

    Orders that were placed as a guest stay with their links: an address proves nothing. The newsletter comes
    only after a confirmation of its own. Raises ``AddressTaken``.
    """
    try:
        with transaction.atomic():
            person = User.objects.create_user(email, password, first_name=name, language=language)
            activity.record("account.registered", person, actor=person)
            privacy = Version.objects.in_force(Kind.PRIVACY)
            if privacy is not None:
                accept_for_account(privacy, user=person, language=language)
            if wants_news:
                subscribe.ask(person.email, language=language, way=Subscription.Way.REGISTRATION)
    except IntegrityError as error:
        raise AddressTaken from error
    return person
