"""Money is whole Vietnamese dong (VND): the currency has no minor unit."""

import re
from decimal import ROUND_HALF_UP, Decimal

NO_BREAK_SPACE = "\u00a0"
DONG_SIGN = "₫"

# Thousands in groups of three, all parted by the same sign; nothing that could be a decimal.
_WHOLE = re.compile(r"[0-9]+|[0-9]{1,3}(?P<sign>[., \u00a0])[0-9]{3}(?:(?P=sign)[0-9]{3})*")


def round_vnd(amount: Decimal, *_currency: object) -> Decimal:
    """The amount in whole dong, half away from zero; oscar hands the currency on as second argument."""
    return Decimal(amount).quantize(Decimal(1), rounding=ROUND_HALF_UP)


def format_number(value: int | Decimal) -> str:
    """A whole number with dots between thousands, as Vietnamese and English pages both show it."""
    return f"{int(value):,}".replace(",", ".")


def format_vnd(amount: int | Decimal) -> str:
    """An amount in whole VND as shown to people: ``120.000 ₫``.

    Raises ValueError for a fraction of a dong, which no amount in this shop may have.
    """
    if amount != int(amount):
        raise ValueError(f"not a whole number of dong: {amount}")
    return f"{format_number(amount)}{NO_BREAK_SPACE}{DONG_SIGN}"


def parse_number(text: str) -> int:
    """The whole number that a person wrote: ``120000``, ``120.000``, ``120,000`` or ``120 000``.

    Raises ValueError for anything else; a decimal is never taken for a whole number.
    """
    bare = text.strip()
    if not _WHOLE.fullmatch(bare):
        raise ValueError(f"not a whole number: {text!r}")
    return int(re.sub(r"\D", "", bare))


def parse_vnd(text: str) -> int:
    """The amount in whole VND that a person wrote, with or without ``₫``, ``đ`` or ``VND``.

    Raises ValueError for decimals and for what is no amount.
    """
    return parse_number(re.sub(r"\s*(₫|đ|vnd|vnđ|đồng)$", "", text.strip(), flags=re.IGNORECASE))
