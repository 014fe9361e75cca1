"""Fulfilment: the steps of a seller order, each of which happens once.

A parcel goes packed, shipped, delivered; goods that the buyer picks up go packed, ready, collected; guests
are confirmed and received. What a point of sale keeps for the buyer is ready from the start.

A step is one UPDATE on the condition that the seller order is still where the step starts, in the
transaction that also moves stock and payment, writes the history and the activity log and tells other
packages. So of two clicks, or two people of the team at once, one moves it and the other is told. Who may
move a seller order is the desk's question (``Right.MOVE_ORDERS``).
"""

import datetime
from collections.abc import Collection, Iterable

from django.db import transaction
from django.db.models import Max
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import override

from marketplace.core import activity, clock
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.payments import methods
from marketplace.payments.models import Payment
from marketplace.sales.domain import discounts
from marketplace.sales.models import DeliveryWay, SellerOrder, SellerOrderEvent, SellerOrderLine
from marketplace.sales.signals import seller_order_moved
from producers.domain import reservations, stock
from producers.domain.acts import By
from producers.models import PointAct, Reservation

State = SellerOrder.State

_TO_PACKED = {
    State.PENDING: (State.CONFIRMED, State.CANCELLED),
    State.CONFIRMED: (State.PACKED, State.CANCELLED),
}
#: To which states a seller order can go from each, by the way in which it reaches the buyer.
ALLOWED: dict[str, dict[str, tuple[str, ...]]] = {
    DeliveryWay.DOOR: {
        **_TO_PACKED,
        State.PACKED: (State.SHIPPED, State.CANCELLED),
        State.SHIPPED: (State.DELIVERED, State.REFUSED),
    },
    DeliveryWay.PICKUP: {
        **_TO_PACKED,
        State.PACKED: (State.READY_FOR_PICKUP, State.CANCELLED),
        State.READY_FOR_PICKUP: (State.COLLECTED, State.CANCELLED),
    },
    DeliveryWay.ON_SITE: {
        State.PENDING: (State.CONFIRMED, State.CANCELLED),
        State.CONFIRMED: (State.VISITED, State.CANCELLED),
    },
    DeliveryWay.AT_POINT: {
        State.READY_FOR_PICKUP: (State.COLLECTED, State.CANCELLED),
    },
}
#: In which the buyer has what was ordered.
ENDED_WELL = (State.DELIVERED, State.COLLECTED, State.VISITED)
#: Where what came back whole may have been.
RECEIVED = (State.DELIVERED, State.COLLECTED)


class MoveForbidden(Refused):
    """The seller order is not where this step starts, often because somebody was faster; nothing moved."""

    def __init__(self, seller_order: SellerOrder, state: str):
        self.seller_order, self.state = seller_order, state
        super().__init__(
            _("Order %(number)s is now “%(state)s”, so this step is not possible.")
            % {"number": seller_order.number, "state": seller_order.get_state_display()}
        )

    @property
    def is_done_already(self) -> bool:
        """Whether the seller order already is where the step was to bring it."""
        return self.seller_order.state == self.state


class NotYet(Refused):
    """The day on which the guests come has not begun; nothing moved."""

    def __init__(self, day: datetime.date):
        super().__init__(_("The guests come on %(day)s.") % {"day": date_format(day, "SHORT_DATE_FORMAT")})


def is_cancellable_by_buyer(seller_order: SellerOrder) -> bool:
    """Whether the buyer can still change their mind."""
    return seller_order.state in _left_to_buyer(seller_order)


def allowed_moves(seller_order: SellerOrder) -> tuple[str, ...]:
    """The states to which this seller order can go now."""
    return ALLOWED[seller_order.delivery_way].get(seller_order.state, ())


@transaction.atomic
def confirm(seller_order: SellerOrder, *, actor: User | None, note: str = "") -> SellerOrderEvent:
    """The seller takes the order on."""
    return _move(seller_order, State.CONFIRMED, actor, note)


@transaction.atomic
def pack(seller_order: SellerOrder, *, actor: User | None, note: str = "") -> SellerOrderEvent:
    """The parcel is packed."""
    return _move(seller_order, State.PACKED, actor, note)


@transaction.atomic
def ship(seller_order: SellerOrder, *, actor: User | None, note: str = "") -> SellerOrderEvent:
    """The carrier has the parcel: the goods leave the shelf."""
    event = _move(seller_order, State.SHIPPED, actor, note)
    stock.hand_over(_quantities(seller_order), reference=seller_order.number, actor=actor)
    return event


@transaction.atomic
def deliver(seller_order: SellerOrder, *, actor: User | None, note: str = "") -> SellerOrderEvent:
    """The buyer has the parcel, and has paid for it if it was to be paid at the door."""
    event = _move(seller_order, State.DELIVERED, actor, note)
    _settle_payment(seller_order, actor)
    return event


@transaction.atomic
def make_ready(seller_order: SellerOrder, *, actor: User | None, note: str = "") -> SellerOrderEvent:
    """The goods wait for the buyer at the seller's place."""
    return _move(seller_order, State.READY_FOR_PICKUP, actor, note)


@transaction.atomic
def collect(seller_order: SellerOrder, *, actor: User | None, note: str = "") -> SellerOrderEvent:
    """The buyer has picked the goods up, and paid for them if that was the way: they leave the shelf.

    What is still owed to a point for goods that it kept is paid there in cash.
    """
    reservation = _lock_reservation(seller_order)
    event = _move(seller_order, State.COLLECTED, actor, note)
    if reservation is None:
        stock.hand_over(_quantities(seller_order), reference=seller_order.number, actor=actor)
    else:
        payment = _settled_on_receipt(seller_order)
        owed = payment.outstanding if payment is not None else 0
        paid_by = PointAct.Payment.CASH if owed else ""
        reservations.collect(reservation, by=By(actor), amount=owed, paid_by=paid_by)
    _settle_payment(seller_order, actor)
    return event


@transaction.atomic
def receive_guests(seller_order: SellerOrder, *, actor: User | None, note: str = "") -> SellerOrderEvent:
    """The guests were there and have paid; raises ``NotYet`` before the last of their days has begun."""
    last = seller_order.lines.filter(quantity__gt=0).aggregate(Max("day"))["day__max"]
    if last is not None and last > clock.today():
        raise NotYet(last)
    event = _move(seller_order, State.VISITED, actor, note)
    stock.hand_over(_quantities(seller_order), reference=seller_order.number, actor=actor)
    _settle_payment(seller_order, actor)
    return event


@transaction.atomic
def take_back(seller_order: SellerOrder, *, actor: User | None, note: str = "") -> SellerOrderEvent:
    """All goods have come back from the buyer; stock and refund are the return's business."""
    return _move(seller_order, State.RETURNED, actor, note, starts=RECEIVED)


@transaction.atomic
def refuse(seller_order: SellerOrder, *, actor: User | None, note: str = "") -> SellerOrderEvent:
    """The buyer did not take the parcel: the goods come back to the shelf and nothing is owed.

    What was paid before is owed back.
    """
    event = _move(seller_order, State.REFUSED, actor, note)
    stock.receive_many(_quantities(seller_order), reference=seller_order.number, actor=actor)
    _cancel_payment(seller_order, actor)
    return event


@transaction.atomic
def cancel(seller_order: SellerOrder, *, actor: User | None, note: str = "") -> SellerOrderEvent:
    """The order will not be sent: its stock can be bought again and nothing is owed.

    What was paid before is owed back.
    """
    return _cancel(seller_order, actor, note, by_buyer=False)


@transaction.atomic
def cancel_by_buyer(
    seller_order: SellerOrder,
    *,
    actor: User | None = None,
    note: str = "",
    also: Collection[SellerOrder] = (),
) -> SellerOrderEvent:
    """The buyer changes their mind: until the seller has taken the order on, at a point until the pick-up.

    ``also`` are other parts of the same order, cancelled with it or not at all. Raises
    ``discounts.PromotionLost`` where the parts that stand would keep a discount that these earned.
    """
    parts = sorted([seller_order, *also], key=lambda part: part.pk)
    _hold(parts)
    lines = SellerOrderLine.objects.filter(seller_order__in=parts)
    discounts.check_left(seller_order.order_id, dict(lines.values_list("pk", "quantity")))
    events = {part.pk: _cancel(part, actor, note, by_buyer=True) for part in parts}
    return events[seller_order.pk]


@transaction.atomic
def follow_reservation(reservation: Reservation, actor: User | None) -> None:
    """The point has handed the goods over or given them back to its shelf: the seller order goes with it.

    Does nothing where the reservation ended because the seller order moved.
    """
    seller_order = SellerOrder.objects.filter(number=reservation.reference).first()
    if seller_order is None or seller_order.state != State.READY_FOR_PICKUP:
        return
    if reservation.state == Reservation.State.COLLECTED:
        _move(seller_order, State.COLLECTED, actor, "")
        _settle_at_counter(seller_order, actor)
        return
    _move(seller_order, State.CANCELLED, actor, _why_released(reservation, seller_order))
    discounts.give_back(seller_order.order_id)
    _cancel_payment(seller_order, actor)


ACTS = {
    State.CONFIRMED: confirm,
    State.PACKED: pack,
    State.SHIPPED: ship,
    State.READY_FOR_PICKUP: make_ready,
    State.COLLECTED: collect,
    State.VISITED: receive_guests,
    State.DELIVERED: deliver,
    State.REFUSED: refuse,
    State.CANCELLED: cancel,
}


def _cancel(seller_order: SellerOrder, actor: User | None, note: str, *, by_buyer: bool) -> SellerOrderEvent:
    reservation = _lock_reservation(seller_order)
    starts = _left_to_buyer(seller_order) if by_buyer else None
    event = _move(seller_order, State.CANCELLED, actor, note, starts=starts, by_buyer=by_buyer)
    if reservation is None:
        stock.give_back(_quantities(seller_order), reference=seller_order.number, actor=actor)
    else:
        reservations.release(reservation, actor=actor)
    # After the stock, as an order takes the two.
    discounts.give_back(seller_order.order_id)
    _cancel_payment(seller_order, actor)
    return event


def _hold(parts: Collection[SellerOrder]) -> None:
    """Lock what cancelling these parts of an order changes, in the order in which all acts lock it."""
    for part in parts:
        _lock_reservation(part)
    states = discounts.hold_parts(parts[0].order_id)
    for part in parts:
        part.state = states[part.pk]
        if not is_cancellable_by_buyer(part):
            raise MoveForbidden(part, State.CANCELLED)
    if len(parts) > 1:
        stock.hold(record for part in parts for record in _quantities(part))


def _left_to_buyer(seller_order: SellerOrder) -> tuple[str, ...]:
    """From which states a buyer can cancel."""
    at_point = seller_order.delivery_way == DeliveryWay.AT_POINT
    return (State.READY_FOR_PICKUP,) if at_point else (State.PENDING,)


def _lock_reservation(seller_order: SellerOrder) -> Reservation | None:
    """What a point keeps for this seller order; None for the other ways.

    Locked before the seller order, as in the acts of the point, so that the two never wait for each other.
    """
    if seller_order.delivery_way != DeliveryWay.AT_POINT:
        return None
    return Reservation.objects.select_for_update().get(reference=seller_order.number)


def _why_released(reservation: Reservation, seller_order: SellerOrder) -> str:
    """In the buyer's language, that the time was over or that the point has closed.

    Empty where the point gave the goods free before.
    """
    is_in_time = reservation.held_until > clock.now()
    if is_in_time and not reservation.point.is_over:
        return ""
    with override(seller_order.order.placement.language):
        if is_in_time:
            return _("This point of sale has closed.")
        until = date_format(localtime(reservation.held_until), "SHORT_DATETIME_FORMAT")
        return _("Not picked up by %(time)s.") % {"time": until}


def _move(
    seller_order: SellerOrder,
    after: str,
    actor: User | None,
    note: str,
    *,
    starts: Iterable[str] | None = None,
    by_buyer: bool = False,
) -> SellerOrderEvent:
    if starts is None:
        steps = ALLOWED[seller_order.delivery_way]
        starts = [state for state, ends in steps.items() if after in ends]
    moved = SellerOrder.objects.filter(pk=seller_order.pk, state__in=starts).update(state=after)
    seller_order.refresh_from_db(fields=["state"])
    if not moved:
        raise MoveForbidden(seller_order, after)
    person = activity.person(actor)
    event = SellerOrderEvent.objects.create(seller_order=seller_order, state=after, actor=person, note=note)
    details = {"number": seller_order.number, "note": note, "by_buyer": by_buyer}
    activity.record(f"seller_order.{after}", seller_order, actor=actor, **details)
    seller_order_moved.send(SellerOrder, seller_order=seller_order, event=event, by_buyer=by_buyer)
    return event


def _quantities(seller_order: SellerOrder) -> dict[int, int]:
    """How many of each stock record this seller order holds; records that are gone are left out."""
    quantities: dict[int, int] = {}
    left = seller_order.lines.filter(quantity__gt=0)
    rows = left.values_list("order_line__stockrecord", "quantity")
    for record, quantity in rows:
        if record is not None:
            quantities[record] = quantities.get(record, 0) + quantity
    return quantities


def _settle_payment(seller_order: SellerOrder, actor: User | None) -> None:
    """Whoever has the goods has paid for them, where the way to pay is such a one."""
    payment = _settled_on_receipt(seller_order)
    if payment is not None:
        methods.get(payment.method).confirm(payment, actor)


def _settled_on_receipt(seller_order: SellerOrder) -> Payment | None:
    """What is awaited, where whoever has the goods has paid for them."""
    payment = seller_order.open_payment
    is_open = payment is not None and payment.is_awaited
    return payment if is_open and methods.get(payment.method).is_settled_on_receipt else None


def _settle_at_counter(seller_order: SellerOrder, actor: User | None) -> None:
    """What the point took at the counter settles what was owed, whichever way the buyer had chosen."""
    paid = PointAct.objects.filter(kind=PointAct.Kind.PICKUP, paper=seller_order.number, amount__gt=0)
    payment = seller_order.open_payment
    if payment is not None and payment.is_awaited and paid.exists():
        methods.get(payment.method).confirm(payment, actor)


def _cancel_payment(seller_order: SellerOrder, actor: User | None) -> None:
    payment = seller_order.open_payment
    if payment is not None:
        methods.get(payment.method).cancel(payment, actor)
