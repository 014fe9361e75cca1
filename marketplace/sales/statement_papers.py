"""A seller's monthly statement as a paper and as rows of a table."""

from collections.abc import Iterator
from itertools import islice

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marketplace.core import clock
from marketplace.core.money import format_vnd
from marketplace.sales.confirmation import identity
from marketplace.sales.domain import months
from marketplace.sales.domain.months import Month, Moved
from marketplace.sales.models import LedgerAccount
from marketplace.sales.printing import print_pdf
from producers.models import Partner

MOST_LINES = 2000
"""Seller orders that a paper lists; more are in the workbook."""


def statement_pdf(seller: Partner, month: Month) -> bytes:
    """The statement of a month with its seller orders, in the language of the reader."""
    statement = months.statement(months.book_of(seller), month)
    lines = list(islice(months.all_order_lines(seller, month), MOST_LINES + 1))
    content = {
        "language": get_language(),
        "shop": str(settings.SHOP_NAME),
        "title": title_of(month),
        "facts": [*identity(seller, seller.name), (_("Days"), _days(month)), (_("State"), state_of(month))],
        "notice": _("Demonstration: prices are illustrative, nothing is sold and nothing will be sent.")
        if settings.DEMO
        else None,
        "heads": {"moved": _("In this month"), "balances": _("Balances"), "orders": _("By order")},
        "moved": [(label, format_vnd(amount)) for label, amount in moved_rows(statement.moved)],
        "balance_columns": ["", _("On the first day"), _("On the last day")],
        "balances": [
            (each.label, format_vnd(each.opening), format_vnd(each.closing)) for each in statement.balances
        ],
        "columns": order_columns(),
        "orders": [
            [number, *map(format_vnd, amounts)] for number, *amounts in _rows(iter(lines[:MOST_LINES]))
        ],
        "more": _("A paper lists %(most)s orders; the workbook has all of them.") % {"most": MOST_LINES}
        if len(lines) > MOST_LINES
        else None,
        "sentences": sentences(),
        "footer": f"{title_of(month)}, {seller.name}",
    }
    moment = min(clock.now(), clock.end_of(month.last))
    return print_pdf("statement.typ", content, timestamp=int(moment.timestamp()))


def title_of(month: Month) -> str:
    return _("Statement for %(month)s") % {"month": month}


def state_of(month: Month) -> str:
    """Whether anything can still be posted in the month, in words."""
    if month.is_closed:
        return _("Closed: nothing in it changes any more.")
    return _("The month goes on; this is how it stands today.")


def moved_rows(moved: Moved) -> list[tuple[str, int]]:
    """What a month came to, in the words and the order of the statement; whole VND."""
    discounts = [
        (_("Discounts given by the seller"), -moved.discount),
        (_("Discounts borne by the marketplace"), -moved.claimed),
    ]
    from_carriers = [
        (_("Handed over by carriers"), moved.handed_over),
        (_("Differences with carriers"), moved.difference),
    ]
    return [
        (_("Goods sold"), moved.goods),
        (_("Delivery charged"), moved.delivery),
        *(row for row in discounts if row[1]),
        (_("Given back for goods"), -moved.given_back),
        (_("Sold, as buyers are to pay it"), moved.sold),
        (_("Received from buyers"), moved.received),
        *((str(LedgerAccount(each).label), amount) for each, amount in moved.received_on.items() if amount),
        (_("Paid back to buyers"), moved.refunded),
        *(row for row in from_carriers if row[1]),
        (_("Marketplace fee of the month"), moved.fee),
    ]


def sentences() -> list[str]:
    """What a reader has to know of the statement."""
    return [
        _("Buyers pay the seller directly; the marketplace holds no money. Its fee is invoiced."),
        _("What became known later is in the month in which it became known."),
        _("Fees and claims are counted since the beginning; their payment is not kept here."),
    ]


def order_columns() -> list[str]:
    """The heads of the columns by order."""
    return [
        _("Order"),
        _("Sold"),
        _("Received from buyers"),
        _("Paid back to buyers"),
        _("Claim on the marketplace"),
        _("Fee"),
    ]


def order_rows(seller: Partner, month: Month) -> Iterator[list]:
    """A row for each seller order of the month: its number and amounts in whole VND."""
    return _rows(months.all_order_lines(seller, month))


def _rows(lines: Iterator[months.OrderLine]) -> Iterator[list]:
    for line in lines:
        moved = line.moved
        yield [line.number, moved.sold, moved.received, moved.refunded, moved.claimed, moved.fee]


def _days(month: Month) -> str:
    first, last = (date_format(day, "SHORT_DATE_FORMAT") for day in (month.first, month.last))
    return f"{first} – {last}"
