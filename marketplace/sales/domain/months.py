"""Monthly statements out of the ledger: of one seller, or of all.

What was posted on a day belongs to that day's month, so a month that has ended never changes.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.db.models.functions import TruncMonth

from marketplace.core import clock
from marketplace.sales.models import (
    MONEY_ACCOUNTS,
    LedgerAccount,
    LedgerEntry,
    LedgerTransaction,
    SellerOrder,
)
from producers.models import Partner

Account = LedgerAccount
PIECE = 500
LAST_OF_YEAR = 12


@dataclass(frozen=True, order=True)
class Month:
    """A month in Hà Nội; raises ValueError for one that the calendar does not have."""

    year: int
    number: int

    def __post_init__(self):
        datetime.date(self.year, self.number, 1)

    @property
    def first(self) -> datetime.date:
        return datetime.date(self.year, self.number, 1)

    @property
    def last(self) -> datetime.date:
        begins_next = (self.year + self.number // LAST_OF_YEAR, self.number % LAST_OF_YEAR + 1, 1)
        return datetime.date(*begins_next) - datetime.timedelta(days=1)

    @property
    def is_closed(self) -> bool:
        return self.last < clock.today()

    def __str__(self):
        return f"{self.number:02}/{self.year}"


@dataclass(frozen=True)
class Moved:
    """What a month, or a seller order in it, moved on the accounts; whole VND.

    ``sold`` is what buyers are to pay, after all discounts. ``claimed`` is what the marketplace owes for its
    discounts; ``given_back`` is for goods, with what of the claim went with them.
    """

    debited: Mapping[str, int]
    credited: Mapping[str, int]

    def net(self, *accounts: str) -> int:
        """Debits less credits."""
        return sum(self.debited.get(each, 0) - self.credited.get(each, 0) for each in accounts)

    @property
    def goods(self) -> int:
        return -self.net(Account.SALES)

    @property
    def delivery(self) -> int:
        return -self.net(Account.DELIVERY)

    @property
    def discount(self) -> int:
        """Borne by the seller."""
        return self.net(Account.DISCOUNT)

    @property
    def claimed(self) -> int:
        return self.net(Account.CLAIM)

    @property
    def given_back(self) -> int:
        return self.net(Account.RETURNS)

    @property
    def sold(self) -> int:
        return self.goods + self.delivery - self.discount - self.claimed - self.given_back

    @property
    def received_on(self) -> dict[str, int]:
        """By account, what came in from buyers."""
        return {each: self.debited.get(each, 0) for each in MONEY_ACCOUNTS}

    @property
    def received(self) -> int:
        return sum(self.received_on.values())

    @property
    def refunded(self) -> int:
        return sum(self.credited.get(each, 0) for each in MONEY_ACCOUNTS)

    @property
    def fee(self) -> int:
        return self.net(Account.FEE)


@dataclass(frozen=True)
class Balance:
    """What an account that lasts stands at when the month begins and when it ends; whole VND."""

    account: str
    opening: int
    closing: int

    @property
    def label(self) -> str:
        return str(LedgerAccount(self.account).label)


@dataclass(frozen=True)
class Statement:
    month: Month
    moved: Moved
    balances: list[Balance]
    """What buyers owe, what is to be given back, the claims and the fees so far, above zero as they grow."""


@dataclass(frozen=True)
class OrderLine:
    """What a month moved for one seller order."""

    number: str
    moved: Moved


#: The accounts that go on from month to month, with the side on which they grow.
LASTING = (
    (Account.RECEIVABLE, 1),
    (Account.REFUNDS_OWED, -1),
    (Account.CLAIM, 1),
    (Account.FEE_OWED, -1),
)


def months_of(entries: QuerySet[LedgerEntry]) -> list[tuple[Month, Moved]]:
    """The months in which something was posted among these entries, the newest first; one query."""
    rows = entries.annotate(month=TruncMonth("transaction__day")).balances("month")
    found = _moved_by(rows.values_list("month", "account", "debited", "credited"))
    return [(Month(first.year, first.month), found[first]) for first in sorted(found, reverse=True)]


def statement(entries: QuerySet[LedgerEntry], month: Month) -> Statement:
    """The statement of a month over these entries; two queries."""
    before = entries.filter(transaction__day__lt=month.first).balances()
    opening = dict(before.values_list("account", "balance"))
    moved = _moved(_within(entries, month))
    return Statement(month, moved, [_balance(each, opening.get(each[0], 0), moved) for each in LASTING])


def entries_of(seller: Partner) -> QuerySet[LedgerEntry]:
    return LedgerEntry.objects.filter(transaction__seller=seller)


def orders_in(seller: Partner, month: Month) -> QuerySet[SellerOrder]:
    """The seller orders for which something was posted in the month, in their order of placing."""
    posted = LedgerTransaction.objects.filter(seller=seller, day__range=(month.first, month.last))
    wanted = SellerOrder.objects.filter(pk__in=posted.order_by().values("seller_order"))
    return wanted.order_by("placed_at", "pk")


def order_lines(seller: Partner, month: Month, seller_orders: Iterable[SellerOrder]) -> list[OrderLine]:
    """What the month moved for each of these seller orders; one query."""
    by_pk = {each.pk: each.number for each in seller_orders}
    entries = entries_of(seller).filter(transaction__seller_order__in=by_pk)
    rows = _within(entries, month).balances("transaction__seller_order")
    found = _moved_by(rows.values_list("transaction__seller_order", "account", "debited", "credited"))
    return [OrderLine(number, found[pk]) for pk, number in by_pk.items() if pk in found]


def all_order_lines(seller: Partner, month: Month) -> Iterator[OrderLine]:
    """Of every seller order of the month, read in pieces."""
    pks = list(orders_in(seller, month).values_list("pk", flat=True))
    for start in range(0, len(pks), PIECE):
        found = SellerOrder.objects.only("number").in_bulk(pks[start : start + PIECE])
        yield from order_lines(seller, month, (found[pk] for pk in pks[start : start + PIECE]))


def by_seller(month: Month) -> list[tuple[Partner, Moved]]:
    """What the month moved for each seller, by their names; two queries."""
    rows = _within(LedgerEntry.objects.all(), month).balances("transaction__seller")
    found = _moved_by(rows.values_list("transaction__seller", "account", "debited", "credited"))
    sellers = Partner.objects.filter(pk__in=found).order_by("folded_name", "pk")
    return [(seller, found[seller.pk]) for seller in sellers]


def _balance(lasting: tuple[str, int], opening: int, moved: Moved) -> Balance:
    account, side = lasting
    return Balance(account, side * opening, side * (opening + moved.net(account)))


def _within(entries: QuerySet[LedgerEntry], month: Month) -> QuerySet[LedgerEntry]:
    return entries.filter(transaction__day__range=(month.first, month.last))


def _moved(entries: QuerySet[LedgerEntry]) -> Moved:
    rows = list(entries.balances().values_list("account", "debited", "credited"))
    return Moved({row[0]: row[1] for row in rows}, {row[0]: row[2] for row in rows})


def _moved_by(rows: Iterable[tuple]) -> dict[object, Moved]:
    """By the first of each row's (key, account, debited, credited)."""
    found: dict[object, Moved] = defaultdict(lambda: Moved({}, {}))
    for key, account, debited, credited in rows:
        moved = found[key]
        moved.debited[account], moved.credited[account] = debited, credited
    return dict(found)
