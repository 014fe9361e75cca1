"""The key pair by which push services know this shop (VAPID, RFC 8292)."""

import base64
import os
import tempfile
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings
from py_vapid import Vapid02

FILE = "vapid.pem"


def signer() -> Vapid02:
    """What signs our requests: the key of the settings, else the one kept in the data folder.

    The latter is made on first use. A new key makes all devices strangers, so it belongs into the backups.
    """
    return _signer(settings.VAPID_PRIVATE_KEY, settings.DATA_DIR / FILE)


def public_key() -> str:
    """The public half as browsers take it: the uncompressed point in base64url without padding."""
    point = signer().public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).decode().rstrip("=")


@cache
def _signer(named: str, file: Path) -> Vapid02:
    if named:
        return Vapid02.from_string(named)
    if not file.exists():
        _make(file)
    return Vapid02(load_pem_private_key(file.read_bytes(), password=None))


def _make(file: Path) -> None:
    """Write a new key whole or not at all; of several processes at once the first one's stays."""
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as target:
            target.write(pem)
        os.link(unfinished, file)
    except FileExistsError:
        pass
    finally:
        unfinished.unlink()
