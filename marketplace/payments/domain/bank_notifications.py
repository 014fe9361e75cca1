"""What a seller's bank, or who watches the account for the seller, tells us: signed, fresh, counted once.

A notification is signed with a key of one seller and can only tell of that seller's account. The signature is
HMAC-SHA256 in hexadecimal over the moment (POSIX seconds), a dot and the body as it was sent.
"""

import datetime
import hashlib
import hmac
import json
import re
import secrets
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marketplace.core import activity, clock
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.core.sealed import seal, unseal
from marketplace.core.text import nfc
from marketplace.payments.domain.money_tables import MOST_VND
from marketplace.payments.domain.transfers import Told
from marketplace.payments.methods import VietQR
from marketplace.payments.models import BankNotification, NotificationKey, Transfer
from producers.models import BankAccount, Partner

REPLAY_SECONDS = 300
"""A notification is taken so many seconds before and after the moment that it is signed with."""

MOST_KEYS = 2
"""So that a new key can be put in place before the old one is revoked."""

LONGEST_BODY = 16 * 1024
LONGEST_IDENTIFIER = 80
CURRENCY = "VND"
_SECRET_BYTES = 32
_NOT_STORED = re.compile("[\0\ud800-\udfff]")
_MOMENT = re.compile(r"[0-9]{1,12}", re.ASCII)


class NotSigned(Refused):
    """No key, a wrong signature or a moment too far away; the answer says no more than that."""

    def __init__(self):
        super().__init__("The key, the signature or the moment is not right.")


class NotUnderstood(Refused):
    """The notification is genuine, but not one that can be noted; the message says why."""


class ToldDifferently(Refused):
    """Under this identifier something else was told before."""

    def __init__(self):
        super().__init__("This id was used for another notification.")


class TooManyKeys(Refused):
    """The seller has as many keys as can be in use at once."""

    def __init__(self):
        super().__init__(_("Two keys are in use. Revoke one before you make another."))


@dataclass(frozen=True)
class Signed:
    """A request as it came in: the key's name, the moment, the signature, the body."""

    key_name: str
    timestamp: str
    signature: str
    body: bytes


def make_key(seller: Partner, *, actor: User) -> tuple[NotificationKey, str]:
    """A new key and its secret, which nobody sees again. Raises ``TooManyKeys``."""
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    with transaction.atomic():
        Partner.objects.select_for_update(no_key=True).get(pk=seller.pk)
        if NotificationKey.objects.filter(seller=seller).active().count() >= MOST_KEYS:
            raise TooManyKeys
        key = NotificationKey.objects.create(
            seller=seller,
            name=secrets.token_hex(8),
            sealed_secret=seal(secret),
            made_by=activity.person(actor),
        )
        activity.record("notification_key.made", key, actor=actor, name=key.name)
    return key, secret


@transaction.atomic
def revoke(key: NotificationKey, *, actor: User) -> None:
    """Nothing that is signed with it counts any more; the same again changes nothing."""
    active = NotificationKey.objects.filter(pk=key.pk).active()
    if active.update(revoked_at=clock.now()):
        activity.record("notification_key.revoked", key, actor=actor, name=key.name)


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """What a request with this body is signed with."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def take(signed: Signed) -> Transfer:
    """Note what was told and give the transfer; told again, the same one.

    When this returns the transfer is in the database. Raises ``NotSigned``, ``NotUnderstood`` and
    ``ToldDifferently``.
    """
    key = _genuine(signed)
    identifier, told = _understood(key.seller, signed.body)
    digest = hashlib.sha256(signed.body).hexdigest()
    try:
        with transaction.atomic():
            transfer = VietQR().notified(key.seller, told)
            BankNotification.objects.create(
                seller=key.seller, identifier=identifier, body_digest=digest, transfer=transfer
            )
            NotificationKey.objects.filter(pk=key.pk).update(used_at=clock.now())
    except IntegrityError:
        earlier = BankNotification.objects.filter(seller=key.seller, identifier=identifier).first()
        if earlier is None:
            raise
        if not hmac.compare_digest(earlier.body_digest, digest):
            raise ToldDifferently from None
        return earlier.transfer
    return transfer


def _genuine(signed: Signed) -> NotificationKey:
    keys = NotificationKey.objects.active().select_related("seller")
    key = keys.filter(name=signed.key_name).first()
    if key is None or not _MOMENT.fullmatch(signed.timestamp):
        raise NotSigned
    expected = signature(unseal(key.sealed_secret), signed.timestamp, signed.body)
    is_right = hmac.compare_digest(expected.encode(), signed.signature.lower().encode())
    distance = abs(clock.now().timestamp() - int(signed.timestamp))
    if not is_right or distance > REPLAY_SECONDS:
        raise NotSigned
    return key


def _understood(seller: Partner, body: bytes) -> tuple[str, Told]:
    """The identifier and what was told; raises ``NotUnderstood``."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotUnderstood("The body is not JSON.") from error
    if not isinstance(told, dict):
        raise NotUnderstood("The body is not an object.")
    identifier = _text(told, "id", LONGEST_IDENTIFIER, is_needed=True)
    if told.get("currency", CURRENCY) != CURRENCY:
        raise NotUnderstood("The currency is not VND.")
    number = _text(told, "account", LONGEST_IDENTIFIER, is_needed=True)
    if not BankAccount.objects.filter(seller=seller, number=number).exists():
        raise NotUnderstood("The account is not one of this seller.")
    return identifier, Told(
        amount=_amount(told.get("amount")),
        booked_on=_day(told.get("at")),
        content=_text(told, "content", 500),
        bank_reference=_text(told, "reference", LONGEST_IDENTIFIER),
        balance=identifier,
    )


def _amount(value: object) -> int:
    if type(value) is not int or not 0 < value <= MOST_VND:
        raise NotUnderstood("The amount is not a whole number of VND above zero.")
    return value


def _day(value: object) -> datetime.date:
    try:
        moment = datetime.datetime.fromisoformat(value)
        day = moment.astimezone(clock.HA_NOI).date()
    except (TypeError, ValueError, OverflowError) as error:
        raise NotUnderstood("`at` is not a moment such as 2026-11-24T09:15:00+07:00.") from error
    if moment.tzinfo is None:
        raise NotUnderstood("`at` names no time zone.")
    if not clock.is_reckonable(day):
        raise NotUnderstood("`at` is of another century.")
    return day


def _text(told: dict, name: str, longest: int, *, is_needed: bool = False) -> str:
    value = told.get(name, "")
    is_text = isinstance(value, str) and not _NOT_STORED.search(value)
    if not is_text or len(value) > longest or (is_needed and not value):
        raise NotUnderstood(f"`{name}` is missing or is no text of at most {longest} characters.")
    return nfc(value)
