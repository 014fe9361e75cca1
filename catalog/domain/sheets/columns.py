"""The columns of a stall's workbook: what each is called, what it takes, what a cell of it may hold."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from catalog.domain import prepare
from marketplace.core.money import parse_number, parse_vnd
from marketplace.core.text import fold, nfc
from producers.domain.prices import HIGHEST

HEAVIEST = 1_000_000
MOST_PIECES = 1_000_000


class BadCell(ValueError):
    """What stands in a cell cannot be taken; says why in words for people."""


@dataclass(frozen=True)
class Column:
    """A column: ``code`` is its name in programs, ``label`` that on the sheet, ``help`` that of sheet 2."""

    code: str
    label: Promise
    help: Promise
    read: Callable[[str], object]


def text(longest: int) -> Callable[[str], str]:
    def read(cell: str) -> str:
        value = nfc(cell)
        if len(value) > longest:
            raise BadCell(
                _("This is too long: %(length)s characters, at most %(longest)s.")
                % {"length": len(value), "longest": longest}
            )
        return value

    return read


def number(least: int, most: int) -> Callable[[str], int | None]:
    def read(cell: str) -> int | None:
        if not cell:
            return None
        try:
            value = parse_number(cell)
        except ValueError as error:
            raise BadCell(_("This is no whole number.")) from error
        if not least <= value <= most:
            raise BadCell(
                _("The number must be from %(least)s to %(most)s.") % {"least": least, "most": most}
            )
        return value

    return read


def price(cell: str) -> int | None:
    """A price in whole VND; an empty cell is no price."""
    if not cell:
        return None
    try:
        value = parse_vnd(cell)
    except ValueError as error:
        raise BadCell(_("A price is a whole number of dong, without decimals.")) from error
    if value == 0:
        raise BadCell(_("A price of 0 is none. Leave the cell empty if it is not for sale."))
    if value > HIGHEST:
        raise BadCell(_("This price is too high; at most %(most)s.") % {"most": HIGHEST})
    return value


COLUMNS = (
    Column(
        "code",
        gettext_lazy("Code"),
        gettext_lazy("The marketplace's number of the product. Leave it as it is; empty for a new product."),
        number(1, 10**15),
    ),
    Column(
        "set",
        gettext_lazy("Set number"),
        gettext_lazy(
            "Number of the OCOP set, 1 to 26. Needed for a new product; it cannot be changed later."
        ),
        number(1, 26),
    ),
    Column(
        "pack_of",
        gettext_lazy("Other pack of"),
        gettext_lazy(
            "For a new pack of a product: the product's code, or its name if it is new itself. "
            "Its row then needs no set and no name, only “Pack”, price and stock. Empty for a product."
        ),
        text(200),
    ),
    Column(
        "title",
        gettext_lazy("Name"),
        gettext_lazy("Name of the product as on its label. A change is checked by the office first."),
        text(200),
    ),
    Column(
        "variant",
        gettext_lazy("Pack"),
        gettext_lazy("Which pack this is, if there are several, such as 500 g."),
        text(80),
    ),
    Column("unit", gettext_lazy("Unit of sale"), gettext_lazy("Such as box, bottle or piece."), text(40)),
    Column(
        "price",
        gettext_lazy("Price (₫)"),
        gettext_lazy("For one, in whole dong with VAT, such as 120000. Empty: not for sale."),
        price,
    ),
    Column(
        "in_stock",
        gettext_lazy("Pieces on the shelf"),
        gettext_lazy("All of them, ordered or not: a whole number."),
        number(0, MOST_PIECES),
    ),
    Column(
        "warn_at",
        gettext_lazy("Warn at"),
        gettext_lazy("From how many left you are warned. Empty: at 5."),
        number(0, MOST_PIECES),
    ),
    Column(
        "net_content",
        gettext_lazy("Net content"),
        gettext_lazy("Food: as on the label, such as 500 ml."),
        text(80),
    ),
    Column(
        "net_weight",
        gettext_lazy("Net weight (g)"),
        gettext_lazy("Food: grams without the packing."),
        number(1, HEAVIEST),
    ),
    Column(
        "shipping_weight",
        gettext_lazy("Weight when packed (g)"),
        gettext_lazy("Grams with the packing, for the delivery charge."),
        number(1, HEAVIEST),
    ),
    Column(
        "ingredients",
        gettext_lazy("Ingredients"),
        gettext_lazy("Food, drinks, herbs: in the order of their weight. Needed for a new one."),
        text(2000),
    ),
    Column(
        "shelf_life",
        gettext_lazy("Shelf life"),
        gettext_lazy("Food, drinks, herbs: such as 12 months. Needed for a new one."),
        text(120),
    ),
    Column(
        "storage",
        gettext_lazy("Storage"),
        gettext_lazy("How it is kept, or how a plant is cared for."),
        text(1000),
    ),
    Column(
        "material",
        gettext_lazy("Material"),
        gettext_lazy("Crafts: what it is made of. Needed for a new one."),
        text(1000),
    ),
    Column(
        "dimensions", gettext_lazy("Size"), gettext_lazy("Crafts and plants: such as 30 × 20 cm."), text(120)
    ),
    Column(
        "duration",
        gettext_lazy("Duration"),
        gettext_lazy("Tourism: such as half a day. Needed for a new one."),
        text(80),
    ),
    Column(
        "dates",
        gettext_lazy("Dates"),
        gettext_lazy("Tourism: when it takes place. Needed for a new one."),
        text(200),
    ),
    Column(
        "origin_statement",
        gettext_lazy("Origin"),
        gettext_lazy("Where goods and raw material come from. A change is checked by the office first."),
        text(1000),
    ),
    Column("title_en", gettext_lazy("Name in English"), gettext_lazy("May stay empty."), text(200)),
    Column(
        "stamp",
        gettext_lazy("As exported"),
        gettext_lazy("Tells whether somebody changed the row after the export. Leave it as it is."),
        text(20),
    ),
)
BY_CODE = {column.code: column for column in COLUMNS}
NEEDED = ("title", "price", "in_stock")
"""Columns without which a sheet says nothing."""

NEEDED_OF_NEW = {
    **dict.fromkeys(("food", "drinks", "herbs"), ("ingredients", "shelf_life")),
    "crafts": ("material",),
    "tourism": ("duration", "dates"),
}
"""What a new product of a group must say, as the desk's form asks it."""

OF_GROUPS = prepare.OF_ALL_GROUPS


@cache
def codes_by_name(columns: tuple[Column, ...] = COLUMNS) -> dict[str, str]:
    """Codes by every way in which a column may be called, folded."""
    names = {fold(column.code): column.code for column in columns}
    for language, _name in settings.LANGUAGES:
        with override(language):
            names |= {fold(str(column.label)): column.code for column in columns}
    return names


def code_of(name: str) -> str | None:
    """The code of the column with this heading in any of our languages; None for another one."""
    return codes_by_name().get(fold(name))
