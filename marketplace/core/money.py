"""Money is whole Vietnamese dong (VND): the currency has no minor unit."""

from decimal import ROUND_HALF_UP, Decimal

NO_BREAK_SPACE = "\u00a0"
DONG_SIGN = "₫"


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
