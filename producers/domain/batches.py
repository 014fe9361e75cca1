"""Which goods of a point's shelf move.

Called by ``producers.domain.stock`` alone, which holds the rows of the stock records: batches change only
under them, and what is left of the batches is always what lies on the shelf.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Case, F, IntegerField, Q, Sum, Value, When

from marketplace.core import clock
from producers.models import Batch, StockMovement


@dataclass(frozen=True)
class Move:
    """Some goods of a stock record that come (or, negative, leave); of a batch, where it has batches."""

    stock_record_id: int
    quantity: int
    batch_id: int | None = None


def fresh_first(wanted: Mapping[int, int], on: datetime.date | None) -> list[Move]:
    """Goods that may be sold on a day, without one today, what expires first before the others.

    Fewer where there are not enough.
    """
    return _leaving(wanted, Batch.objects.fresh(on).first_out())


def last_day_of(wanted: Mapping[int, int]) -> datetime.date | None:
    """The last day on which so many of each can be handed over; None for goods that do not expire.

    What expires first leaves first, so the goods that last longest are those that are left for it.
    """
    missing, last = dict(wanted), None
    longest_first = Batch.objects.left().fresh().order_by(F("expires_on").desc(nulls_first=True))
    rows = longest_first.filter(stock_record__in=wanted)
    for record, day, left in rows.values_list("stock_record", "expires_on", "quantity_left"):
        if missing[record] > 0 and day is not None:
            last = min(day, last or day)
        missing[record] -= left
    return last


def lost(wanted: Mapping[int, int]) -> list[Move]:
    """Goods that a count did not find: what has expired first."""
    return _leaving(wanted, Batch.objects.first_out())


def found(quantities: Mapping[int, int]) -> list[Move]:
    """Goods that a count found beyond what was known: of the newest batch, or of a new one."""
    newest: dict[int, int] = {}
    for pk, record in (
        Batch.objects.filter(stock_record__in=quantities).order_by("pk").values_list("pk", "stock_record")
    ):
        newest[record] = pk
    for record in quantities.keys() - newest.keys():
        newest[record] = _unknown(record).pk
    return [Move(record, quantity, newest[record]) for record, quantity in quantities.items()]


def back_from_buyer(quantities: Mapping[int, int], *, sold: Q) -> list[Move]:
    """Goods that come back go to the batches out of which they were sold, the last one first.

    ``sold`` is the condition for the movements of the sale and of what has come back of it already.
    """
    out = defaultdict(list)
    rows = (
        StockMovement.objects.filter(sold, stock_record__in=quantities, batch__isnull=False)
        .order_by()
        .values_list("stock_record", "batch")
        .annotate(gone=-Sum("quantity"))
        .filter(gone__gt=0)
    )
    for record, batch, gone in sorted(rows, key=lambda row: -row[1]):
        out[record].append((batch, gone))
    moves, rest = [], {}
    for record, quantity in quantities.items():
        for batch, gone in out[record]:
            part = min(quantity, gone)
            if part:
                moves.append(Move(record, part, batch))
            quantity -= part
        if quantity:
            rest[record] = quantity
    return moves + (found(rest) if rest else [])


def change(moves: Iterable[Move]) -> None:
    """Add to what is left of each batch, in one statement; the database refuses less than nothing."""
    changes: dict[int, int] = defaultdict(int)
    for move in moves:
        changes[move.batch_id] += move.quantity
    if changes:
        cases = [When(pk=pk, then=Value(quantity)) for pk, quantity in changes.items()]
        difference = Case(*cases, output_field=IntegerField())
        Batch.objects.filter(pk__in=changes).update(quantity_left=F("quantity_left") + difference)


def _leaving(wanted: Mapping[int, int], batches) -> list[Move]:
    if not wanted:
        return []
    missing, moves = dict(wanted), []
    rows = batches.left().filter(stock_record__in=wanted)
    for pk, record, left in rows.values_list("pk", "stock_record", "quantity_left"):
        part = min(left, missing[record])
        if part:
            moves.append(Move(record, -part, pk))
            missing[record] -= part
    return moves


def _unknown(record: int) -> Batch:
    """Goods of which nobody knows how they came; they are owed to nobody."""
    return Batch.objects.create(
        stock_record_id=record, terms=Batch.Terms.BOUGHT, received_on=clock.today(), quantity_left=0
    )
