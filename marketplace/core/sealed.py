"""Numbers that are kept and never shown: encrypted before they reach the database.

The keys are those of ``OCOP_FIELD_KEY``: the first one seals, all of them open, so that a key is changed by
putting a new one in front. Without any, one is derived from the secret key.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def new_key() -> str:
    """A key for ``OCOP_FIELD_KEY``."""
    return Fernet.generate_key().decode()


def seal(text: str) -> str:
    """The text encrypted; each time another one."""
    return _box().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """What was sealed; raises ``cryptography.fernet.InvalidToken`` where no key of today opens it."""
    return _box().decrypt(sealed.encode()).decode()


def _box() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.FIELD_KEYS or [_derived()]])


def _derived() -> str:
    digest = hashlib.sha256(f"marketplace.core.sealed {settings.SECRET_KEY}".encode()).digest()
    return base64.urlsafe_b64encode(digest).decode()
