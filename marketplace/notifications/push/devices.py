"""The browsers in which people ask for notices."""

import base64
import binascii
import hashlib
import re

from cryptography.hazmat.primitives.asymmetric import ec
from django.utils.translation import gettext as _

from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.notifications.models import PushDevice
from marketplace.notifications.push.sending import is_known_service

DEVICES = 10
"""How many browsers a person may have; the oldest gives way."""

SESSION_KEY = "push_device"
"""Where a session keeps which device it is, so that it is forgotten when its person logs out."""

SECRET_BYTES = 16
_BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


class NoDevice(Refused):
    """What the browser sent is no subscription that a message could be sent to."""

    def __init__(self):
        super().__init__(_("This browser's push service is not known here, or what it sent is broken."))


def add(person: User, *, endpoint: str, p256dh: str, auth: str, user_agent: str) -> PushDevice:
    """From now on this browser gets the person's notices, and nobody else's.

    Raises ``NoDevice`` for an address of no known push service or for broken keys.
    """
    if not is_known_service(endpoint) or len(endpoint) > 1000 or not _are_keys(p256dh, auth):
        raise NoDevice
    device, _created = PushDevice.objects.update_or_create(
        digest=hashlib.sha256(endpoint.encode()).hexdigest(),
        defaults={
            "user": person,
            "endpoint": endpoint,
            "p256dh": p256dh,
            "auth": auth,
            "name": device_name(user_agent),
        },
    )
    newest = person.push_devices.order_by("-pk").values_list("pk", flat=True)[:DEVICES]
    person.push_devices.exclude(pk__in=list(newest)).delete()
    return device


def device_name(user_agent: str) -> str:
    """Browser and system in words, as far as the browser tells: ``Chrome, Android``."""
    found = [
        next((name for sign, name in signs if re.search(sign, user_agent)), "")
        for signs in (_BROWSERS, _SYSTEMS)
    ]
    return ", ".join(filter(None, found)) or "?"


def _are_keys(p256dh: str, auth: str) -> bool:
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _decoded(p256dh))
        return len(_decoded(auth)) == SECRET_BYTES
    except (ValueError, binascii.Error):
        return False


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
