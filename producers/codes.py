"""Tax and business codes, and personal numbers, which households use as their tax code."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.vn import mst

_BETWEEN = re.compile(r"[\s.-]+")
PERSONAL_DIGITS = 12
LAST_PROVINCE = 96
"""The highest of the province codes with which personal numbers begin."""


def is_personal(code: str) -> bool:
    return len(code) == PERSONAL_DIGITS


def clean_code(text: str) -> str:
    """The digits of a code of 10, 12 or 13 digits; raises ValidationError.

    The check digit of codes with 10 and 13 digits must be right; a personal number has none and is checked
    by its form only.
    """
    code = _BETWEEN.sub("", text)
    if not code.isascii() or not code.isdecimal() or len(code) not in (10, PERSONAL_DIGITS, 13):
        raise ValidationError(
            _("A tax or business code has 10 or 13 digits, a personal number 12."), code="length"
        )
    if is_personal(code):
        if not 1 <= int(code[:3]) <= LAST_PROVINCE:
            raise ValidationError(_("This is no personal number. Please check the digits."), code="form")
    elif not mst.is_valid(code):
        raise ValidationError(_("A digit of this code is wrong. Please compare it."), code="check_digit")
    return code


def shown_code(code: str) -> str:
    """A code as it is printed: the number of a branch after a hyphen."""
    return f"{code[:10]}-{code[10:]}" if len(code) == 13 else code
