"""Stock: the only place that changes a stock record, each time with a movement row.

What can be bought is ``num_in_stock - num_allocated``. Every act is one UPDATE that carries its own
condition, so that two buyers can never take the same item; oscar's ``StockRecord.allocate`` does not check
and oversells. A point's shelf has batches behind: each act on it changes them with the record, and what has
expired of them cannot be bought. All functions belong into the transaction of the act that they are part of.

The places of a date for guests are the stock of its own record. Whoever changes how many of them are free
also moves the moment on up to which the product can be booked at all, which its own record keeps.
"""

import datetime
from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, Subquery, Sum, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplace.core import activity, clock
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from producers.domain import batches
from producers.domain.batches import Move
from producers.models import Batch, Partner, PointAct, StockMovement, StockRecord
from producers.signals import stock_fell_low

Kind = StockMovement.Kind

LOW_STOCK = 5
"""From how many on a seller is warned who has set no threshold for the stock record."""

_ON_THE_SHELF = tuple(set(Kind) - {Kind.TAKEN, Kind.GIVEN_BACK})
"""Kinds of movements that change what lies on the shelf."""

_NEVER = -1
"""The mark of a date for guests: that it fills is no news to warn of."""


@dataclass(frozen=True)
class Shortage:
    """A stock record from which more was wanted than could be bought."""

    stock_record_id: int
    wanted: int
    available: int


class NotEnoughStock(Refused):
    """Somebody else was faster, or more was asked for than there is; nothing was taken."""

    def __init__(self, shortages: list[Shortage]):
        self.shortages = shortages
        super().__init__(
            ngettext(
                "One product is no longer in stock in this quantity.",
                "%(count)s products are no longer in stock in this quantity.",
                len(shortages),
            )
            % {"count": len(shortages)}
        )


class NotAllocated(Refused):
    """More was to be given back or handed over than open orders had taken; nothing changed."""

    def __init__(self):
        super().__init__(_("This stock was not taken, so it cannot be given back or handed over."))


class CountTooLow(Refused):
    """A count below what open orders have taken; nothing changed."""

    def __init__(self, allocated: int):
        self.allocated = allocated
        super().__init__(
            _("Open orders have taken %(allocated)s; the stock cannot be less than that.")
            % {"allocated": allocated}
        )


@dataclass(frozen=True)
class Shelf:
    """What lies on the shelf and how much of it open orders have taken."""

    in_stock: int
    allocated: int

    @property
    def available(self) -> int:
        return self.in_stock - self.allocated


def take(record_quantities: Mapping[int, int], *, reference: str, actor: User | None = None) -> None:
    """Allocate stock for an order: all of it or, raising ``NotEnoughStock``, nothing.

    ``record_quantities`` maps primary keys of stock records to how many are wanted. Rows are locked in
    the order of their keys, so that two orders with the same products cannot wait for each other. A date for
    guests that is closed, or whose booking has ended, has nothing to take.
    """
    wanted = _checked(record_quantities)
    with transaction.atomic():
        before = _lock(wanted)
        enough = Q(num_in_stock__gte=F("num_allocated") + F("expired") + _quantity_of(wanted))
        taken = (
            StockRecord.objects.with_expired()
            .filter(enough, _open(), pk__in=wanted)
            .update(num_allocated=F("num_allocated") + _quantity_of(wanted))
        )
        if taken == len(wanted):
            _write_movements(Kind.TAKEN, _moves(wanted, -1), reference, actor)
            _tell_of_low(before, {pk: before[pk].available - number for pk, number in wanted.items()})
            _follow(before)
            return
        transaction.set_rollback(True)
    raise NotEnoughStock(_shortages(before, wanted))


@transaction.atomic
def give_back(record_quantities: Mapping[int, int], *, reference: str, actor: User | None = None) -> None:
    """Undo ``take`` for an order that will not be sent; raises ``NotAllocated`` if it was not taken."""
    returned = _checked(record_quantities)
    before = _lock(returned)
    _release(returned, num_allocated=F("num_allocated") - _quantity_of(returned))
    _write_movements(Kind.GIVEN_BACK, _moves(returned), reference, actor)
    _follow(before)


@transaction.atomic
def hand_over(
    record_quantities: Mapping[int, int],
    *,
    reference: str,
    actor: User | None = None,
    act: PointAct | None = None,
    on: datetime.date | None = None,
) -> None:
    """Goods that an order had taken leave the shelf; raises ``NotAllocated`` if it had not.

    From a point's shelf what expires first leaves first. Raises ``NotEnoughStock`` where too much of it has
    expired by the day ``on``, without one by today.
    """
    leaving = _checked(record_quantities)
    levels = _lock(leaving)
    _release(
        leaving,
        num_allocated=F("num_allocated") - _quantity_of(leaving),
        num_in_stock=F("num_in_stock") - _quantity_of(leaving),
    )
    _write_movements(Kind.HANDED_OVER, _moves_of_fresh(leaving, levels, on), reference, actor, act)


@transaction.atomic
def sell(record_quantities: Mapping[int, int], *, act: PointAct, on: datetime.date | None = None) -> None:
    """Goods leave a point's shelf over its counter, what expires first before the others.

    All or, raising ``NotEnoughStock``, nothing: what is reserved, or has expired by the day ``on`` (without
    one by today), is not sold.
    """
    leaving = _checked(record_quantities)
    before = _lock(leaving, on)
    if short := _shortages(before, leaving):
        raise NotEnoughStock(short)
    _take_off(leaving)
    _write_movements(Kind.SOLD, _moves_of_fresh(leaving, before, on), act.number, act.actor, act)
    _tell_of_low(before, {pk: before[pk].available - number for pk, number in leaving.items()})


@transaction.atomic
def leave(batch_quantities: Mapping[int, int], kind: Kind, *, act: PointAct) -> list[Move]:
    """Goods of these batches leave a point's shelf otherwise than to a buyer; gives how they moved.

    Raises ``NotEnoughStock`` for more than is left of a batch, ``CountTooLow`` where buyers have reserved it.
    """
    wanted = _checked(batch_quantities)
    records = _sum_by_record(Batch.objects.filter(pk__in=wanted).values_list("stock_record", "pk"), wanted)
    before = _lock(records)
    batches_now = {batch.pk: batch for batch in Batch.objects.filter(pk__in=wanted)}
    for pk, quantity in wanted.items():
        left = batches_now[pk].quantity_left if pk in batches_now else 0
        if left < quantity:
            raise NotEnoughStock([Shortage(batches_now[pk].stock_record_id, quantity, left)])
    fresh = {pk: wanted[pk] for pk, batch in batches_now.items() if not batch.is_expired}
    fresh_of = _sum_by_record(((batches_now[pk].stock_record_id, pk) for pk in fresh), fresh)
    for record, quantity in records.items():
        level = before[record]
        if level.in_stock - quantity < level.allocated or level.available < fresh_of.get(record, 0):
            raise CountTooLow(level.allocated)
    _take_off(records)
    moves = [Move(batches_now[pk].stock_record_id, -number, pk) for pk, number in wanted.items()]
    _write_movements(kind, moves, act.number, act.actor, act)
    return moves


@transaction.atomic
def arrive(batch_quantities: Mapping[int, int], kind: Kind, *, act: PointAct) -> None:
    """Goods of these batches come onto a point's shelf."""
    arriving = _checked(batch_quantities)
    of_batch = dict(Batch.objects.filter(pk__in=arriving).values_list("pk", "stock_record"))
    moves = [Move(of_batch[pk], quantity, pk) for pk, quantity in arriving.items()]
    _put_on(_sum_by_record(((of_batch[pk], pk) for pk in arriving), arriving))
    _write_movements(kind, moves, act.number, act.actor, act)


@transaction.atomic
def take_back(record_quantities: Mapping[int, int], *, act: PointAct) -> None:
    """Goods that were sold over the counter come back, to the batches out of which they were sold."""
    arriving = _checked(record_quantities)
    _put_on(arriving)
    sale = act.answers_id
    moves = batches.back_from_buyer(arriving, sold=Q(act=sale) | Q(act__answers=sale))
    _write_movements(Kind.RETURNED, moves, act.number, act.actor, act)


def last_day_of_taken(record_ids: Iterable[int]) -> datetime.date | None:
    """The last day on which all that orders have taken of these shelves can be handed over.

    None where the goods do not expire.
    """
    records = StockRecord.objects.filter(pk__in=list(record_ids))
    return batches.last_day_of(dict(records.values_list("pk", "num_allocated")))


def hold(record_ids: Iterable[int]) -> None:
    """Lock stock records in the order in which all acts lock them, where one act changes two shelves."""
    _lock(dict.fromkeys(record_ids, 0))


@transaction.atomic
def receive(record: StockRecord, quantity: int, *, reference: str = "", actor: User | None = None) -> None:
    """Goods come onto the shelf: new ones, or a parcel that was refused at the door."""
    receive_many({record.pk: quantity}, reference=reference, actor=actor)
    record.refresh_from_db(fields=["num_in_stock", "num_allocated"])


@transaction.atomic
def receive_many(record_quantities: Mapping[int, int], *, reference: str, actor: User | None = None) -> None:
    """``receive`` for several stock records at once.

    Onto a point's shelf so comes only what an order of this reference gives back; new goods come by
    ``arrive``.
    """
    arriving = _checked(record_quantities)
    levels = _put_on(arriving)
    shelf = {pk: quantity for pk, quantity in arriving.items() if levels[pk].is_shelf}
    _write_movements(Kind.RECEIVED, _moves(arriving, but=shelf), reference, actor)
    if shelf:
        moves = batches.back_from_buyer(shelf, sold=Q(reference=reference))
        _write_movements(Kind.RETURNED, moves, reference, actor)
    _follow(levels)


@transaction.atomic
def correct(record: StockRecord, counted: int, *, reference: str = "", actor: User | None = None) -> None:
    """Set the shelf to what was counted on it; raises ``CountTooLow`` below what open orders have taken."""
    if counted < 0:
        raise ValueError(f"a shelf cannot hold {counted}")
    level = _lock([record.pk])[record.pk]
    _correct(record.pk, level, counted, reference, actor)
    _follow({record.pk: level})
    record.refresh_from_db(fields=["num_in_stock", "num_allocated"])


@transaction.atomic
def correct_by(differences: Mapping[int, int], *, act: PointAct) -> None:
    """Change a point's shelf by what a count found beyond what lay there at its moment, or did not find.

    Raises ``CountTooLow`` where less would be left than buyers have reserved.
    """
    for pk, level in _lock(differences).items():
        _correct(pk, level, max(level.in_stock + differences[pk], 0), act.number, act.actor, act)


@transaction.atomic
def pack(
    record: StockRecord, number: int, parts: Mapping[int, int], *, reference: str, actor: User | None = None
) -> None:
    """Make a number of gift packs out of what can be bought of their parts; a negative one unpacks them.

    ``parts`` says by stock record how many lie in one pack. All or, raising ``NotEnoughStock``, nothing.
    """
    if number == 0 or not parts:
        raise ValueError("nothing to pack")
    moved = {record.pk: number, **{pk: -number * quantity for pk, quantity in parts.items()}}
    moved = dict(sorted(moved.items()))
    before = _lock(moved)
    after = {pk: before.get(pk, _NOTHING).available + change for pk, change in moved.items()}
    short = [Shortage(pk, -moved[pk], left - moved[pk]) for pk, left in after.items() if left < 0]
    if short:
        raise NotEnoughStock(short)
    StockRecord.objects.filter(pk__in=moved).update(num_in_stock=F("num_in_stock") + _quantity_of(moved))
    _write_movements(Kind.PACKED, _moves(moved), reference, actor)
    _tell_of_low(before, after)


def shelf_by_movements(record: StockRecord) -> Shelf:
    """The shelf as its movements make it: the same as the record's own numbers, always."""
    by_kind = dict(
        StockMovement.objects.filter(stock_record=record)
        .order_by()
        .values_list("kind")
        .annotate(total=Sum("quantity"))
    )
    handed_over = by_kind.get(Kind.HANDED_OVER, 0)
    return Shelf(
        in_stock=sum(by_kind.get(kind, 0) for kind in _ON_THE_SHELF),
        allocated=handed_over - by_kind.get(Kind.TAKEN, 0) - by_kind.get(Kind.GIVEN_BACK, 0),
    )


def _checked(record_quantities: Mapping[int, int]) -> dict[int, int]:
    """The quantities in the order of their records; what is not positive is a mistake of the caller."""
    if any(quantity <= 0 for quantity in record_quantities.values()):
        raise ValueError(f"quantities must be positive: {dict(record_quantities)}")
    return dict(sorted(record_quantities.items()))


@dataclass(frozen=True)
class _Level:
    """Where a record stands: how many lie there, can be bought, and from how many on its seller is warned."""

    available: int
    mark: int
    in_stock: int = 0
    allocated: int = 0
    is_shelf: bool = False
    booked_product: int | None = None
    """The product whose date for guests the record is."""


_NOTHING = _Level(available=0, mark=0)


def _lock(record_ids: Iterable[int], on: datetime.date | None = None) -> dict[int, _Level]:
    """Lock the rows in the order of their keys; gives where each stands on a day, without one today.

    On SQLite the write transaction already holds all rows.
    """
    of_point = Exists(Partner.objects.points().filter(pk=OuterRef("partner_id")))
    rows = StockRecord.objects.select_for_update().filter(pk__in=list(record_ids)).order_by("pk")
    held = list(rows.annotate(is_shelf=of_point))
    # Read once the rows are held: what a subquery of the locking statement saw may be older than its rows.
    expired = _expired([record.pk for record in held if record.is_shelf], on)
    return {record.pk: _level(record, expired.get(record.pk, 0)) for record in held}


def _level(record: StockRecord, expired: int) -> _Level:
    is_goods = record.departure_id is None
    can_be_bought = is_goods or record.is_open
    return _Level(
        available=max(record.net_stock_level - expired, 0) if can_be_bought else 0,
        mark=_mark(record.low_stock_threshold) if is_goods else _NEVER,
        in_stock=record.num_in_stock,
        allocated=record.num_allocated,
        is_shelf=record.is_shelf,
        booked_product=None if is_goods else record.product_id,
    )


def _expired(record_ids: list[int], on: datetime.date | None) -> dict[int, int]:
    """How many pieces of these shelves may no longer be sold on a day, without one today."""
    if not record_ids:
        return {}
    rows = Batch.objects.left().expired(on).filter(stock_record__in=record_ids).order_by()
    return dict(rows.values_list("stock_record").annotate(total=Sum("quantity_left")))


def _mark(threshold: int | None) -> int:
    return LOW_STOCK if threshold is None else threshold


def _open() -> Q:
    """Goods, and dates for guests that can still be booked."""
    return Q(departure=None) | Q(bookable_until__gt=clock.now())


def _follow(levels: Mapping[int, _Level]) -> None:
    booked = {level.booked_product for level in levels.values()} - {None}
    if booked:
        keep_bookable(booked)


def keep_bookable(product_ids: Collection[int]) -> None:
    """Write to the products' own records until when they can be booked: the last end of a date with places.

    The rows are locked before, in their order and after those of the dates, so that of two bookings the later
    one counts what the earlier one has taken.
    """
    own = StockRecord.objects.filter(
        product__in=product_ids, departure=None, partner=F("product__producer")
    ).order_by("pk")
    locked = list(own.select_for_update(of=("self",)).values_list("pk", flat=True))
    last = (
        StockRecord.objects.filter(
            product=OuterRef("product"),
            partner=OuterRef("partner"),
            departure__isnull=False,
            bookable_until__isnull=False,
            num_in_stock__gt=F("num_allocated"),
        )
        .order_by("-bookable_until")
        .values("bookable_until")[:1]
    )
    StockRecord.objects.filter(pk__in=locked).update(bookable_until=Subquery(last))


def _tell_of_low(before: Mapping[int, _Level], after: Mapping[int, int]) -> None:
    """News of the records that have just come down to their mark or past it, once for each time."""
    low = [pk for pk, available in after.items() if before[pk].available > before[pk].mark >= available]
    if low:
        stock_fell_low.send(StockRecord, record_ids=low)


def _quantity_of(quantities: Mapping[int, int]) -> Case:
    """SQL that gives each row its own quantity, so that any number of rows changes in one statement."""
    cases = [When(pk=pk, then=Value(quantity)) for pk, quantity in quantities.items()]
    return Case(*cases, output_field=IntegerField())


def _release(quantities: Mapping[int, int], **changes: F) -> None:
    """Change rows that have at least this much allocated; raises ``NotAllocated`` if one has not."""
    allocated = Q(num_allocated__gte=_quantity_of(quantities))
    changed = StockRecord.objects.filter(allocated, pk__in=quantities).update(**changes)
    if changed != len(quantities):
        raise NotAllocated


def _put_on(arriving: Mapping[int, int]) -> dict[int, _Level]:
    levels = _lock(arriving)
    StockRecord.objects.filter(pk__in=arriving).update(
        num_in_stock=F("num_in_stock") + _quantity_of(arriving)
    )
    return levels


def _take_off(leaving: Mapping[int, int]) -> None:
    """Goods leave the shelf that no order has taken; the caller holds the rows and has looked."""
    free = Q(num_in_stock__gte=F("num_allocated") + _quantity_of(leaving))
    changed = StockRecord.objects.filter(free, pk__in=leaving).update(
        num_in_stock=F("num_in_stock") - _quantity_of(leaving)
    )
    if changed != len(leaving):
        raise NotAllocated


def _correct(
    pk: int, level: _Level, counted: int, reference: str, actor: User | None, act: PointAct | None = None
) -> None:
    if counted < level.allocated:
        raise CountTooLow(level.allocated)
    difference = counted - level.in_stock
    if difference == 0:
        return
    # The lock holds both numbers still on PostgreSQL, the write transaction does so on SQLite.
    StockRecord.objects.filter(pk=pk).update(num_in_stock=counted)
    moves = [Move(pk, difference)]
    if level.is_shelf:
        moves = batches.found({pk: difference}) if difference > 0 else batches.lost({pk: -difference})
    _write_movements(Kind.CORRECTED, moves, reference, actor, act)
    _tell_of_low({pk: level}, {pk: level.available + difference})


def _moves(quantities: Mapping[int, int], sign: int = 1, but: Container[int] = ()) -> list[Move]:
    return [Move(pk, sign * quantity) for pk, quantity in quantities.items() if pk not in but]


def _moves_of_fresh(
    leaving: Mapping[int, int], levels: Mapping[int, _Level], on: datetime.date | None
) -> list[Move]:
    """The goods that leave; raises ``NotEnoughStock`` where a shelf has not as many that may be sold then."""
    shelf = {pk: quantity for pk, quantity in leaving.items() if levels[pk].is_shelf}
    fresh = batches.fresh_first(shelf, on)
    missing = dict(shelf)
    for move in fresh:
        missing[move.stock_record_id] += move.quantity
    short = [Shortage(pk, shelf[pk], shelf[pk] - number) for pk, number in missing.items() if number]
    if short:
        raise NotEnoughStock(short)
    return _moves(leaving, -1, but=shelf) + fresh


def _shortages(levels: Mapping[int, _Level], wanted: Mapping[int, int]) -> list[Shortage]:
    """The records of which more is wanted than can be bought."""
    there = {pk: levels.get(pk, _NOTHING).available for pk in wanted}
    return [Shortage(pk, number, there[pk]) for pk, number in wanted.items() if there[pk] < number]


def _sum_by_record(
    record_batches: Iterable[tuple[int, int]], batch_quantities: Mapping[int, int]
) -> dict[int, int]:
    sums: dict[int, int] = {}
    for record, batch in record_batches:
        sums[record] = sums.get(record, 0) + batch_quantities[batch]
    return dict(sorted(sums.items()))


def _write_movements(
    kind: Kind, moves: Iterable[Move], reference: str, actor: User | None, act: PointAct | None = None
) -> None:
    """One row for each move; the batches change with it."""
    moves = list(moves)
    person = activity.person(actor)
    batches.change(move for move in moves if move.batch_id is not None)
    StockMovement.objects.bulk_create(
        StockMovement(
            stock_record_id=move.stock_record_id,
            kind=kind,
            quantity=move.quantity,
            batch_id=move.batch_id,
            act=act,
            reference=reference,
            actor=person,
        )
        for move in moves
    )
