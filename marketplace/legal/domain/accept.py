"""Noting who agreed to which version; part of the transaction of what was agreed for."""

from marketplace.core import activity
from marketplace.core.models import User
from marketplace.legal.models import Acceptance, Version


def accept_for_order(version: Version, *, order_number: str, user: User | None, email: str, language: str):
    """Note that whoever placed the order agreed to the version; once for each order."""
    person = activity.person(user)
    Acceptance.objects.create(
        version=version,
        language=language,
        way=Acceptance.Way.CHECKOUT,
        user=person,
        order_number=order_number,
        email=email or (person.email if person else ""),
    )


def accept_for_account(version: Version, *, user: User, language: str):
    """Note that a person agreed to the version when registering."""
    Acceptance.objects.create(
        version=version,
        language=language,
        way=Acceptance.Way.REGISTRATION,
        user=user,
        email=user.email,
    )


def accept_for_selling(version: Version, *, user: User, language: str):
    """Note that a person agreed to the version for a seller, with the application."""
    Acceptance.objects.create(
        version=version,
        language=language,
        way=Acceptance.Way.SELLING,
        user=user,
        email=user.email,
    )
