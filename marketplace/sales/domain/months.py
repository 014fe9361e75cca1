"""Monthly statements out of the ledger: of one seller, or of all.

What was posted on a day belongs to that day's month, so a month that has ended never changes. Its sums are
kept once it has (`keep_ended`), and only what came after the last month that is kept is added up anew.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Max, QuerySet
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from marketplace.core import clock
from marketplace.sales.models import (
    CARRIERS_ACCOUNTS,
    RECEIVING_ACCOUNTS,
    REFUNDING_ACCOUNTS,
    LedgerAccount,
    LedgerEntry,
    LedgerMonth,
    LedgerTransaction,
    SellerOrder,
)
from producers.models import Partner

Account = LedgerAccount
PIECE = 500
LAST_OF_YEAR = 12
STILL_POSTED = datetime.timedelta(days=1)
"""After the end of a month, until what was posted in its last minutes is there for everybody to see."""


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
        return {each: self.debited.get(each, 0) for each in RECEIVING_ACCOUNTS}

    @property
    def received(self) -> int:
        return sum(self.received_on.values())

    @property
    def refunded(self) -> int:
        return sum(self.credited.get(each, 0) for each in REFUNDING_ACCOUNTS)

    @property
    def handed_over(self) -> int:
        """What carriers passed on of what they had collected; it was received when they collected it."""
        return self.debited.get(Account.HANDED_OVER, 0)

    @property
    def difference(self) -> int:
        """What carriers kept or lost for good, below zero what they passed on beyond what they had."""
        return self.net(Account.DIFFERENCE)

    @property
    def fee(self) -> int:
        return self.net(Account.FEE)


@dataclass(frozen=True)
class Balance:
    """What accounts that last stand at when the month begins and when it ends; whole VND."""

    accounts: tuple[str, ...]
    opening: int
    closing: int

    @property
    def label(self) -> str:
        if self.accounts == CARRIERS_ACCOUNTS:
            return _("With the carriers")
        return str(LedgerAccount(self.accounts[0]).label)


@dataclass(frozen=True)
class Statement:
    month: Month
    moved: Moved
    balances: list[Balance]
    """What buyers owe, what carriers have, what is to be given back, the claims and the fees so far; above
    zero as they grow."""


@dataclass(frozen=True)
class OrderLine:
    """What a month moved for one seller order."""

    number: str
    moved: Moved


#: The accounts that go on from month to month, with the side on which they grow; several make one balance.
LASTING: tuple[tuple[tuple[str, ...], int], ...] = (
    ((Account.RECEIVABLE,), 1),
    (CARRIERS_ACCOUNTS, 1),
    ((Account.REFUNDS_OWED,), -1),
    ((Account.CLAIM,), 1),
    ((Account.FEE_OWED,), -1),
)


@dataclass(frozen=True)
class Book:
    """The ledger of one seller, or of all: its entries, and the sums that are kept of them."""

    entries: QuerySet[LedgerEntry]
    kept: QuerySet[LedgerMonth]


def book_of(seller: Partner) -> Book:
    return Book(entries_of(seller), LedgerMonth.objects.filter(seller=seller))


def book_of_all() -> Book:
    return Book(LedgerEntry.objects.all(), LedgerMonth.objects.all())


def months_of(book: Book) -> list[tuple[Month, Moved]]:
    """The months in which something was posted, the newest first; two queries."""
    found = _moved_by(_by_month(book))
    return [(Month(first.year, first.month), found[first]) for first in sorted(found, reverse=True)]


def statement(book: Book, month: Month) -> Statement:
    """The statement of a month; two queries at most."""
    rows = _by_month(book, month)
    opening = _moved(row for row in rows if row[0] < month.first)
    moved = _moved(row for row in rows if row[0] == month.first)
    return Statement(month, moved, [_balance(each, opening, moved) for each in LASTING])


def entries_of(seller: Partner) -> QuerySet[LedgerEntry]:
    return LedgerEntry.objects.filter(transaction__seller=seller)


def keep_ended() -> int:
    """Keep the sums of the months that have ended, the oldest first; gives how many months those were."""
    ended, kept = (clock.today() - STILL_POSTED).replace(day=1), 0
    while (day := _first_not_kept()) is not None and day < ended:
        _keep(Month(day.year, day.month))
        kept += 1
    return kept


def wrongly_kept() -> list[tuple[Month, Partner]]:
    """The months of sellers whose kept sums are not those of the entries; none where all is right."""
    firsts = LedgerMonth.objects.order_by("month").values_list("month", flat=True).distinct()
    found = []
    for month in [Month(first.year, first.month) for first in firsts]:
        should = _moved_by(_sums(_within(LedgerEntry.objects.all(), month), "transaction__seller"))
        kept = _moved_by(LedgerMonth.objects.filter(month=month.first).sums("seller"))
        wrong = {pk for pk in {*should, *kept} if should.get(pk) != kept.get(pk)}
        found += [(month, seller) for seller in Partner.objects.filter(pk__in=wrong).order_by("pk")]
    return found


def orders_in(seller: Partner, month: Month) -> list[int]:
    """The keys of the seller orders for which something was posted in the month, in their order of placing.

    Read from the transactions, of which there are few in a month: the seller's orders are those of years.
    """
    posted = LedgerTransaction.objects.filter(seller=seller, day__range=(month.first, month.last))
    placed = posted.order_by("seller_order__placed_at", "seller_order")
    return list(placed.values_list("seller_order", flat=True).distinct())


def order_lines(seller: Partner, month: Month, seller_orders: Iterable[SellerOrder]) -> list[OrderLine]:
    """What the month moved for each of these seller orders; one query."""
    by_pk = {each.pk: each.number for each in seller_orders}
    entries = entries_of(seller).filter(transaction__seller_order__in=by_pk)
    rows = _within(entries, month).balances("transaction__seller_order")
    found = _moved_by(rows.values_list("transaction__seller_order", "account", "debited", "credited"))
    return [OrderLine(number, found[pk]) for pk, number in by_pk.items() if pk in found]


def all_order_lines(seller: Partner, month: Month) -> Iterator[OrderLine]:
    """Of every seller order of the month, read in pieces."""
    pks = orders_in(seller, month)
    for start in range(0, len(pks), PIECE):
        found = SellerOrder.objects.only("number").in_bulk(pks[start : start + PIECE])
        yield from order_lines(seller, month, (found[pk] for pk in pks[start : start + PIECE]))


def by_seller(month: Month) -> list[tuple[Partner, Moved]]:
    """What the month moved for each seller, by their names; three queries at most."""
    kept = list(LedgerMonth.objects.filter(month=month.first).sums("seller")) if month.is_closed else []
    found = _moved_by(kept or _sums(_within(LedgerEntry.objects.all(), month), "transaction__seller"))
    sellers = Partner.objects.filter(pk__in=found).order_by("folded_name", "pk")
    return [(seller, found[seller.pk]) for seller in sellers]


def _keep(month: Month) -> None:
    rows = _sums(_within(LedgerEntry.objects.all(), month), "transaction__seller")
    LedgerMonth.objects.bulk_create(
        [
            LedgerMonth(
                seller_id=seller, month=month.first, account=account, debited=debited, credited=credited
            )
            for seller, account, debited, credited in rows
        ],
        batch_size=PIECE,
    )


def _by_month(book: Book, until: Month | None = None) -> list[tuple]:
    """Rows (first day of the month, account, debited, credited) of a book, up to a month.

    Months are kept one after the other, each for all sellers at once: of what is kept of a book the newest
    month is the last one before which nothing is left to add up.
    """
    kept, entries = book.kept, book.entries
    if until is not None:
        kept, entries = kept.filter(month__lte=until.first), entries.filter(transaction__day__lte=until.last)
    rows = list(kept.sums("month"))
    newest = max((row[0] for row in rows), default=None)
    if newest is not None:
        entries = entries.filter(transaction__day__gt=Month(newest.year, newest.month).last)
    if until is None or newest != until.first:
        rows += _sums(entries.annotate(month=TruncMonth("transaction__day")), "month")
    return rows


def _first_not_kept() -> datetime.date | None:
    newest = LedgerMonth.objects.aggregate(newest=Max("month"))["newest"]
    days = LedgerEntry.objects.order_by("transaction__day").values_list("transaction__day", flat=True)
    if newest is not None:
        days = days.filter(transaction__day__gt=Month(newest.year, newest.month).last)
    return days.first()


def _within(entries: QuerySet[LedgerEntry], month: Month) -> QuerySet[LedgerEntry]:
    return entries.filter(transaction__day__range=(month.first, month.last))


def _sums(entries: QuerySet[LedgerEntry], *groups: str) -> Iterable[tuple]:
    return entries.balances(*groups).values_list(*groups, "account", "debited", "credited")


def _balance(lasting: tuple[tuple[str, ...], int], opening: Moved, moved: Moved) -> Balance:
    accounts, side = lasting
    before = opening.net(*accounts)
    return Balance(accounts, side * before, side * (before + moved.net(*accounts)))


def _moved(rows: Iterable[tuple]) -> Moved:
    """Of all rows together, whatever their keys."""
    return _moved_by((None, *row[1:]) for row in rows).get(None, Moved({}, {}))


def _moved_by(rows: Iterable[tuple]) -> dict[object, Moved]:
    """By the first of each row's (key, account, debited, credited); several of one account are added up."""
    found: dict[object, Moved] = defaultdict(lambda: Moved(defaultdict(int), defaultdict(int)))
    for key, account, debited, credited in rows:
        found[key].debited[account] += debited
        found[key].credited[account] += credited
    return dict(found)
