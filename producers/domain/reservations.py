"""Reservations: goods of a point's shelf that are kept for one buyer, for 48 hours at most.

A reservation is the shelf's side of a seller order that is picked up. Its stock was taken by the order
(``stock.take``); here it is handed over or given back. News goes up by ``reservation_ended``, in the same
transaction; who hears it moves the order and leaves the stock alone.
"""

import datetime
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from marketplace.core import clock
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from producers.domain import stock
from producers.domain.acts import By, once
from producers.models import ActLine, PointAct, PointOfSale, Reservation, ReservationLine
from producers.signals import reservation_ended, reservation_shortened

State = Reservation.State

HOLD = datetime.timedelta(hours=48)
"""How long a point keeps goods for a buyer, where they and the point last so long."""

GRACE = datetime.timedelta(hours=1)
"""How much later they are released: as long as a device may work without network, which could have handed
them over in time."""


class ReservationOver(Refused):
    """The goods were handed over or given back already."""

    def __init__(self):
        super().__init__(_("This reservation is over: it was picked up, cancelled or its time has passed."))


@transaction.atomic
def hold(point: PointOfSale, reference: str, lines: Iterable[tuple[int, int, int]]) -> Reservation:
    """Keep for a buyer what an order has taken of the shelf; gives the reservation with its pick-up code.

    ``lines`` are stock record, quantity and price of one in VND; ``reference`` is the number of the seller
    order. It is kept for ``HOLD``, and no longer than the goods can be sold and the point is open.
    """
    lines = list(lines)
    last_days = point.last_day, stock.last_day_of_taken(record for record, _number, _price in lines)
    ends = [_close_of(day) for day in last_days if day is not None]
    reservation = Reservation.objects.create(
        point=point, reference=reference, held_until=min([clock.now() + HOLD, *ends])
    )
    ReservationLine.objects.bulk_create(
        ReservationLine(reservation=reservation, stock_record_id=record, quantity=number, unit_price=price)
        for record, number, price in lines
    )
    return reservation


@transaction.atomic
def reserve(
    point: PointOfSale, reference: str, lines: Iterable[tuple[int, int, int]], *, actor: User | None = None
) -> Reservation:
    """Take goods of the shelf and keep them, where no order takes them. Raises ``stock.NotEnoughStock``."""
    lines = list(lines)
    stock.take({record: number for record, number, _price in lines}, reference=reference, actor=actor)
    return hold(point, reference, lines)


def collect(reservation: Reservation, *, by: By, amount: int = 0, paid_by: str = "") -> PointAct:
    """The buyer has come: the goods leave the shelf, what expires first before the others.

    ``amount`` is what the buyer paid at the counter, in VND; 0 where it was paid before. Raises
    ``ReservationOver``, and ``stock.NotEnoughStock`` where too much of it has expired.
    """
    if amount < 0 or (amount and paid_by not in PointAct.Payment.values):
        raise Refused(_("Please say how it was paid."))

    def hand_over(act: PointAct) -> None:
        _end(reservation, State.COLLECTED, by.actor)
        lines = list(reservation.lines.select_related("stock_record__product__parent"))
        quantities = {line.stock_record_id: line.quantity for line in lines if line.quantity}
        ActLine.objects.bulk_create(
            ActLine(
                act=act,
                stock_record_id=line.stock_record_id,
                title=line.stock_record.product.get_title(),
                quantity=line.quantity,
                unit_price=line.unit_price,
            )
            for line in lines
            if line.quantity
        )
        stock.hand_over(quantities, reference=reservation.reference, actor=by.actor, act=act, on=by.day)
        reservation_ended.send(Reservation, reservation=reservation, actor=by.actor)

    fields = {"amount": amount, "paid_by": paid_by if amount else "", "paper": reservation.reference}
    return once(reservation.point, PointAct.Kind.PICKUP, by, hand_over, said=reservation.pk, **fields)


@transaction.atomic
def release(reservation: Reservation, *, actor: User | None = None) -> None:
    """Nobody comes for the goods: others can buy them. Raises ``ReservationOver``."""
    _end(reservation, State.RELEASED, actor)
    quantities = dict(reservation.lines.filter(quantity__gt=0).values_list("stock_record", "quantity"))
    stock.give_back(quantities, reference=reservation.reference, actor=actor)
    reservation_ended.send(Reservation, reservation=reservation, actor=actor)


@transaction.atomic
def reduce(reservation: Reservation, quantities: Mapping[int, int], *, actor: User | None = None) -> None:
    """Give a part back, by stock record, because the order was reduced. Raises ``ReservationOver``."""
    if not Reservation.objects.held().select_for_update().filter(pk=reservation.pk).exists():
        raise ReservationOver
    for record, quantity in sorted(quantities.items()):
        lines = reservation.lines.filter(stock_record=record, quantity__gte=quantity)
        if not lines.update(quantity=F("quantity") - quantity):
            raise stock.NotAllocated
    stock.give_back(quantities, reference=reservation.reference, actor=actor)


def release_overdue() -> int:
    """Release what nobody came for in time; gives how many. What is collected at this moment stays."""
    released = 0
    overdue = Reservation.objects.held().filter(held_until__lte=clock.now() - GRACE)
    for reservation in overdue.select_related("point__seller"):
        try:
            release(reservation)
        except ReservationOver:
            continue
        released += 1
    return released


@transaction.atomic
def end_with(point: PointOfSale, *, actor: User | None = None) -> None:
    """Keep nothing beyond the last day of a point: what is held longer ends with it, or now if that is over.

    The buyers hear of the time that is left, or that their order is cancelled.
    """
    end = _close_of(point.last_day)
    for reservation in point.reservations.held().filter(held_until__gt=end).select_for_update():
        if point.is_over:
            release(reservation, actor=actor)
            continue
        reservation.held_until = end
        reservation.save(update_fields=["held_until"])
        reservation_shortened.send(Reservation, reservation=reservation)


def by_code(point: PointOfSale, code: str) -> Reservation | None:
    """The reservation of this point with the code that a buyer shows or reads out."""
    text = "".join(code.split()).replace("-", "").upper()
    return point.reservations.filter(code=text).first()


def _close_of(day: datetime.date) -> datetime.datetime:
    """The last second of a day in Hà Nội, so that the day is named where the time is shown."""
    return clock.end_of(day) - datetime.timedelta(seconds=1)


def _end(reservation: Reservation, state: str, actor: User | None) -> None:
    """One conditional update: of two who end it at once the second is told."""
    fields = {"state": state, "ended_at": clock.now(), "ended_by": actor}
    if not Reservation.objects.held().filter(pk=reservation.pk).update(**fields):
        raise ReservationOver
    for name, value in fields.items():
        setattr(reservation, name, value)
