"""Codes that people read out and type: random, and without letters and digits that look alike."""

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""30 letters and digits: each adds 4.9 bits to a code."""


def random_code(length: int) -> str:
    """So many letters and digits that nobody can guess."""
    return "".join(secrets.choice(ALPHABET) for _position in range(length))
