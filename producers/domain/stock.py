"""Stock: the only place that changes a stock record, each time with a movement row.

What can be bought is ``num_in_stock - num_allocated``. Every act is one UPDATE that carries its own
condition, so that two buyers can never take the same item; oscar's ``StockRecord.allocate`` does not check
and oversells. All functions belong into the transaction of the act that they are part of.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Case, F, IntegerField, Q, Sum, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from producers.models import StockMovement, StockRecord
from producers.signals import stock_fell_low

Kind = StockMovement.Kind

LOW_STOCK = 5
"""From how many on a seller is warned who has set no threshold for the stock record."""

_ON_THE_SHELF = (Kind.RECEIVED, Kind.CORRECTED, Kind.PACKED, Kind.HANDED_OVER)
"""Kinds of movements that change what lies on the shelf."""


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
    the order of their keys, so that two orders with the same products cannot wait for each other.
    """
    wanted = _checked(record_quantities)
    with transaction.atomic():
        before = _lock(wanted)
        enough = Q(num_in_stock__gte=F("num_allocated") + _quantity_of(wanted))
        taken = StockRecord.objects.filter(enough, pk__in=wanted).update(
            num_allocated=F("num_allocated") + _quantity_of(wanted)
        )
        if taken == len(wanted):
            _write_movements(Kind.TAKEN, wanted, -1, reference, actor)
            _tell_of_low(before, {pk: before[pk].available - number for pk, number in wanted.items()})
            return
        transaction.set_rollback(True)
    raise NotEnoughStock(
        [
            Shortage(pk, quantity, before.get(pk, _NOTHING).available)
            for pk, quantity in wanted.items()
            if before.get(pk, _NOTHING).available < quantity
        ]
    )


@transaction.atomic
def give_back(record_quantities: Mapping[int, int], *, reference: str, actor: User | None = None) -> None:
    """Undo ``take`` for an order that will not be sent; raises ``NotAllocated`` if it was not taken."""
    returned = _checked(record_quantities)
    _lock(returned)
    _release(returned, num_allocated=F("num_allocated") - _quantity_of(returned))
    _write_movements(Kind.GIVEN_BACK, returned, 1, reference, actor)


@transaction.atomic
def hand_over(record_quantities: Mapping[int, int], *, reference: str, actor: User | None = None) -> None:
    """Goods that an order had taken leave the shelf; raises ``NotAllocated`` if it had not."""
    leaving = _checked(record_quantities)
    _lock(leaving)
    _release(
        leaving,
        num_allocated=F("num_allocated") - _quantity_of(leaving),
        num_in_stock=F("num_in_stock") - _quantity_of(leaving),
    )
    _write_movements(Kind.HANDED_OVER, leaving, -1, reference, actor)


@transaction.atomic
def receive(record: StockRecord, quantity: int, *, reference: str = "", actor: User | None = None) -> None:
    """Goods come onto the shelf: new ones, or a parcel that was refused at the door."""
    receive_many({record.pk: quantity}, reference=reference, actor=actor)
    record.refresh_from_db(fields=["num_in_stock", "num_allocated"])


@transaction.atomic
def receive_many(record_quantities: Mapping[int, int], *, reference: str, actor: User | None = None) -> None:
    """``receive`` for several stock records at once."""
    arriving = _checked(record_quantities)
    _lock(arriving)
    StockRecord.objects.filter(pk__in=arriving).update(
        num_in_stock=F("num_in_stock") + _quantity_of(arriving)
    )
    _write_movements(Kind.RECEIVED, arriving, 1, reference, actor)


@transaction.atomic
def correct(record: StockRecord, counted: int, *, reference: str = "", actor: User | None = None) -> None:
    """Set the shelf to what was counted on it; raises ``CountTooLow`` below what open orders have taken."""
    if counted < 0:
        raise ValueError(f"a shelf cannot hold {counted}")
    before = StockRecord.objects.select_for_update().get(pk=record.pk)
    if counted < before.num_allocated:
        raise CountTooLow(before.num_allocated)
    if counted != before.num_in_stock:
        # The lock holds both numbers still on PostgreSQL, the write transaction does so on SQLite.
        StockRecord.objects.filter(pk=record.pk).update(num_in_stock=counted)
        difference = counted - before.num_in_stock
        _write_movements(Kind.CORRECTED, {record.pk: difference}, 1, reference, actor)
        level = _Level(before.num_in_stock - before.num_allocated, _mark(before.low_stock_threshold))
        _tell_of_low({record.pk: level}, {record.pk: counted - before.num_allocated})
    record.refresh_from_db(fields=["num_in_stock", "num_allocated"])


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
    _write_movements(Kind.PACKED, moved, 1, reference, actor)
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
    """How many of a record can be bought, and from how many on its seller is warned."""

    available: int
    mark: int


_NOTHING = _Level(available=0, mark=0)


def _lock(quantities: Mapping[int, int]) -> dict[int, _Level]:
    """Lock the rows in the order of their keys; gives where each stands.

    On SQLite the write transaction already holds all rows.
    """
    rows = StockRecord.objects.select_for_update().filter(pk__in=quantities).order_by("pk")
    return {
        pk: _Level(in_stock - allocated, _mark(threshold))
        for pk, in_stock, allocated, threshold in rows.values_list(
            "pk", "num_in_stock", "num_allocated", "low_stock_threshold"
        )
    }


def _mark(threshold: int | None) -> int:
    return LOW_STOCK if threshold is None else threshold


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


def _write_movements(
    kind: Kind, quantities: Mapping[int, int], sign: int, reference: str, actor: User | None
) -> None:
    person = actor if actor is not None and actor.is_authenticated else None
    StockMovement.objects.bulk_create(
        StockMovement(
            stock_record_id=pk, kind=kind, quantity=sign * quantity, reference=reference, actor=person
        )
        for pk, quantity in quantities.items()
    )
