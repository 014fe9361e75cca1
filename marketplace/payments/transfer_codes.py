"""Transfer codes: what a buyer writes into a bank transfer so that the seller finds the order.

A code is ``OCOP`` with seven random characters and one that checks them, such as ``OCOP7KQ4M2XH``: no
letters and digits that look alike, so that it can be typed by hand. Banks drop marks, change case and put
spaces or words anywhere; what is left of a code is found all the same, also where ``OCOP`` is missing.

The check character is ISO/IEC 7064's hybrid system MOD n+1,n with n = 30 characters, which is the standard's
MOD 37,36 with another alphabet (31 is prime as 37 is): it finds every single wrong character and nearly every
swap of neighbours.
"""

import re

from marketplace.core.codes import ALPHABET, random_code
from marketplace.core.text import strip_marks

PREFIX = "OCOP"
_SIZE = len(ALPHABET)
RANDOM = 7
_BODY = RANDOM + 1
_NOT_ASCII_WORD = re.compile(r"[^0-9A-Z]+")
_PREFIXED = re.compile(rf"{PREFIX}(?=([{ALPHABET}]{{{_BODY}}}))")
_BARE = re.compile(rf"(?=([{ALPHABET}]{{{_BODY}}}))")
_PLACE = {char: place for place, char in enumerate(ALPHABET)}


def new_code() -> str:
    """A code that has not been given out, as far as chance goes: there are 21 thousand million."""
    body = random_code(RANDOM)
    return f"{PREFIX}{body}{_check_character(body)}"


def codes_in(content: str) -> list[str]:
    """The codes that can be read out of the words of a transfer, the likeliest first; often none."""
    packed = _NOT_ASCII_WORD.sub("", strip_marks(content).upper())
    bodies = _PREFIXED.findall(packed) or _BARE.findall(packed)
    genuine = (body for body in bodies if _check_character(body[:-1]) == body[-1])
    return [PREFIX + body for body in dict.fromkeys(genuine)]


def _check_character(body: str) -> str:
    product = _SIZE
    for char in body:
        total = (product + _PLACE[char]) % _SIZE or _SIZE
        product = total * 2 % (_SIZE + 1)
    return ALPHABET[(_SIZE + 1 - product) % _SIZE]
