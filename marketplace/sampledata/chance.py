"""Chance that comes out the same every time: a number from a name."""

import hashlib


def share(*words: object) -> float:
    """A number from 0 up to 1, always the same for the same words."""
    digest = hashlib.sha256("\x1f".join(map(str, words)).encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def below(limit: int, *words: object) -> int:
    """A whole number from 0 up to ``limit``, which it never is."""
    return int(share(*words) * limit)
