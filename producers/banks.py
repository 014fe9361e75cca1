"""Banks, and what an account is checked by: the bank's code, the form of the number, the holder's name.

Whether an account exists only its bank can say, and no service of one is asked here.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.core.text import fold
from producers.names import normal_name

FILE = Path(__file__).resolve().parent / "data" / "banks.json"

LONGEST_NUMBER = 19
"""Characters that a VietQR has room for (field 38, see the source in the file)."""

LONGEST_HOLDER = 100
_NUMBER = re.compile(rf"[0-9A-Z]{{6,{LONGEST_NUMBER}}}")
_HOLDER = re.compile(r"(?=.*[A-Z])[A-Z0-9 ]+")
_BETWEEN = re.compile(r"[\s.-]+")


@dataclass(frozen=True)
class Bank:
    """A bank; ``code`` are the six digits (BIN) by which a VietQR names it."""

    code: str
    short_name: str
    name: str

    def __str__(self) -> str:
        return self.short_name


@cache
def all_banks() -> tuple[Bank, ...]:
    """All banks, by their short names."""
    rows = json.loads(FILE.read_text(encoding="utf-8"))["banks"]
    return tuple(sorted((Bank(**row) for row in rows), key=lambda bank: fold(bank.short_name)))


def bank_of(code: str) -> Bank | None:
    """The bank with this code, None for an unknown one."""
    return next((bank for bank in all_banks() if bank.code == code), None)


def choices() -> list[tuple[str, str]]:
    """Codes and names for a form's list."""
    return [(bank.code, f"{bank.short_name}: {bank.name}") for bank in all_banks()]


def clean_number(text: str) -> str:
    """The account number as banks write it; raises ValidationError for what cannot be one."""
    number = _BETWEEN.sub("", text).upper()
    if not _NUMBER.fullmatch(number):
        raise ValidationError(
            _("An account number has 6 to 19 digits or letters, without marks."), code="account_number"
        )
    return number


def clean_holder(text: str) -> str:
    """The holder's name as it stands on the account: capitals without marks; raises ValidationError."""
    holder = fold(text).upper()
    if not _HOLDER.fullmatch(holder):
        raise ValidationError(_("Write the name as the bank writes it on the account."), code="holder")
    return holder


def is_holder(holder: str, *names: str) -> bool:
    """Whether the account is in one of these names: the seller's own, or its representative's.

    Marks, case, blanks and the ways to shorten a legal form do not count.
    """
    wanted = normal_name(holder).key
    return any(normal_name(name).key == wanted for name in names if name)
