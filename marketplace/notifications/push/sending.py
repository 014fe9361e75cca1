"""Handing messages to the push services of browsers (RFC 8030, sealed by RFC 8291)."""

import datetime
import logging
from email.utils import parseaddr
from urllib.parse import urlsplit

import requests
from django.conf import settings

from marketplace.core.imports import later
from marketplace.notifications.models import PushDevice
from marketplace.notifications.push.keys import signer

pywebpush = later("pywebpush")

logger = logging.getLogger(__name__)

KEPT = datetime.timedelta(days=2)
"""How long a service keeps a message for a device that is switched off."""

TIMEOUT = 10  # seconds
GONE = (404, 410)


class PushFailed(Exception):
    """The service did not take the message; it is to be tried again later."""


def is_known_service(endpoint: str) -> bool:
    """Whether the address is one of ``PUSH_SERVICES``: we send nothing to what somebody made up.

    A host with a dot in front stands for all below it.
    """
    try:
        address = urlsplit(endpoint)
        host, port = address.hostname or "", address.port
    except ValueError:
        return False
    whole = f"{address.scheme}://{host}" + (f":{port}" if port else "")
    return any(_fits(whole, host, address.scheme, known) for known in settings.PUSH_SERVICES)


def send(device: PushDevice, payload: str, *, topic: str, is_urgent: bool) -> None:
    """Send one message; a device that is gone is forgotten, any other trouble raises ``PushFailed``."""
    if not is_known_service(device.endpoint):
        logger.warning("Device %s is at no known push service and is forgotten", device.pk)
        device.delete()
        return
    with requests.Session() as session:
        # A service answers itself; one that sends us elsewhere is not followed.
        session.max_redirects = 0
        try:
            pywebpush.webpush(
                {"endpoint": device.endpoint, "keys": {"p256dh": device.p256dh, "auth": device.auth}},
                data=payload,
                vapid_private_key=signer(),
                vapid_claims={"sub": f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}"},
                ttl=int(KEPT.total_seconds()),
                timeout=TIMEOUT,
                headers={"Topic": topic, "Urgency": "high" if is_urgent else "normal"},
                requests_session=session,
            )
        except pywebpush.WebPushException as error:
            status = error.response.status_code if error.response is not None else None
            if status in GONE:
                device.delete()
                return
            raise PushFailed(f"device {device.pk}: {status}") from error
        except requests.RequestException as error:
            raise PushFailed(f"device {device.pk}: {type(error).__name__}") from error


def _fits(whole: str, host: str, scheme: str, known: str) -> bool:
    if known.startswith("."):
        return scheme == "https" and host.endswith(known) and whole == f"https://{host}"
    return whole == known
