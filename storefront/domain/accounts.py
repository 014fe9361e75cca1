"""Accounts of buyers."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marketplace.core import activity
from marketplace.core.exceptions import Refused
from marketplace.core.models import User


class AddressTaken(Refused):
    """Somebody else has just registered with this e-mail address."""

    def __init__(self):
        super().__init__(_("An account with this address exists. Log in or ask for a new password."))


def register(*, name: str, email: str, password: str, language: str) -> User:
    """A new account. Orders that were placed as a guest stay with their links: an address proves nothing.

    Raises ``AddressTaken``.
    """
    try:
        with transaction.atomic():
            person = User.objects.create_user(email, password, first_name=name, language=language)
            activity.record("account.registered", person, actor=person)
    except IntegrityError as error:
        raise AddressTaken from error
    return person
