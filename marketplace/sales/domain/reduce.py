"""Cancelling a part of a seller order: some lines, or less of a line, while the rest is sent."""

from collections.abc import Collection, Container, Mapping

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from oscar.apps.order.models import Order

from marketplace.core import activity
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.core.money import format_vnd
from marketplace.payments import methods
from marketplace.sales.domain import discounts
from marketplace.sales.models import (
    DeliveryWay,
    SellerOrder,
    SellerOrderEvent,
    SellerOrderLine,
)
from marketplace.sales.signals import seller_order_reduced
from producers.domain import reservations, stock
from producers.models import Reservation

State = SellerOrder.State

#: As long as the buyer can cancel the whole; a point of sale keeps all or nothing.
REDUCIBLE_BY_BUYER = (State.PENDING,)
#: As long as the goods are with the seller and nobody was told that they wait.
REDUCIBLE = (State.PENDING, State.CONFIRMED, State.PACKED)
#: In which goods have left the shelf, and the places that were booked with them.
OFF_THE_SHELF = (State.SHIPPED, State.DELIVERED, State.COLLECTED)
#: In which a point of sale keeps goods for their buyer.
RESERVED = (State.READY_FOR_PICKUP,)
#: In which places can be cancelled, whose guests come only later.
PLACES_REDUCIBLE = (*REDUCIBLE, State.READY_FOR_PICKUP, *OFF_THE_SHELF)


class NotReducible(Refused):
    """The goods have left the seller, or the order has ended; nothing changed."""

    def __init__(self, seller_order: SellerOrder):
        super().__init__(
            _("Order %(number)s is now “%(state)s”, so no part of it can be cancelled.")
            % {"number": seller_order.number, "state": seller_order.get_state_display()}
        )


class ReducedMeanwhile(Refused):
    """Somebody else cancelled a part in the meantime; nothing changed."""

    def __init__(self, seller_order: SellerOrder):
        super().__init__(
            _("Order %(number)s was changed in the meantime. Please look at what is left of it.")
            % {"number": seller_order.number}
        )


class NothingChosen(Refused):
    """No line was named, or more of one than there is; nothing changed."""

    def __init__(self):
        super().__init__(_("Please say how many of which product to cancel."))


class NothingLeft(Refused):
    """All of it was named, which is another act; nothing changed."""

    def __init__(self):
        super().__init__(_("Nothing would be left to send. Please cancel the whole order."))


@transaction.atomic
def cancel_lines_by_buyer(
    seller_order: SellerOrder,
    cancelled: Mapping[int, int],
    *,
    seen_total: int,
    actor: User | None = None,
    note: str = "",
) -> SellerOrderEvent:
    """The buyer no longer wants a part, as long as the whole could be cancelled; the seller reads the note.

    As `cancel_lines`, but what is left of the order must still hold what its promotions ask for. Raises
    ``discounts.PromotionLost`` too.
    """
    discounts.hold_parts(seller_order.order_id)
    discounts.check_left(seller_order.order_id, cancelled)
    return _cancel_lines(
        seller_order, cancelled, seen_total, actor, note, possible=REDUCIBLE_BY_BUYER, by_buyer=True
    )


@transaction.atomic
def cancel_lines(
    seller_order: SellerOrder,
    cancelled: Mapping[int, int],
    *,
    seen_total: int,
    actor: User | None,
    note: str,
) -> SellerOrderEvent:
    """Cancel so many of each line, given by the lines' keys; the buyer reads the note.

    The stock can be bought again, the totals and what is owed become smaller by what the lines cost (whole
    VND, a line's discount in proportion, rounded to the buyer's good); the delivery charge stays.
    ``seen_total`` is the total that the seller decided on: two people cannot cancel the same part twice.
    Raises ``NotReducible``, ``ReducedMeanwhile``, ``NothingChosen`` and ``NothingLeft``.
    """
    return _cancel_lines(seller_order, cancelled, seen_total, actor, note, possible=REDUCIBLE)


@transaction.atomic
def cancel_reserved(
    seller_order: SellerOrder, cancelled: Mapping[int, int], *, seen_total: int, actor: User | None, note: str
) -> SellerOrderEvent:
    """As `cancel_lines`, of goods that a point of sale keeps: its reservation becomes smaller with the order.

    Raises ``reservations.ReservationOver`` too.
    """
    # Locked before the seller order, as in the acts of the point.
    Reservation.objects.select_for_update().get(reference=seller_order.number)
    return _cancel_lines(seller_order, cancelled, seen_total, actor, note, possible=RESERVED)


@transaction.atomic
def cancel_places(line: SellerOrderLine, *, actor: User | None, note: str) -> SellerOrderEvent:
    """Cancel a booking of a date within an order that holds other things too, sent or not.

    As `cancel_lines`; what was paid for the places is owed back. Raises ``NotReducible`` and ``NothingLeft``.
    """
    seller_order = line.seller_order
    return _cancel_lines(
        seller_order,
        {line.pk: line.quantity},
        seller_order.total,
        actor,
        note,
        possible=PLACES_REDUCIBLE,
    )


def _cancel_lines(
    seller_order: SellerOrder,
    cancelled: Mapping[int, int],
    seen_total: int,
    actor: User | None,
    note: str,
    *,
    possible: Container[str],
    by_buyer: bool = False,
) -> SellerOrderEvent:
    locked = SellerOrder.objects.select_for_update(no_key=True).get(pk=seller_order.pk)
    lines = {line.pk: line for line in locked.lines.select_related("order_line")}
    if locked.state not in possible:
        raise NotReducible(locked)
    _check(locked, lines, cancelled, seen_total)
    _give_back(locked, lines, cancelled, actor)
    for pk, quantity in cancelled.items():
        if quantity:
            _reduce(lines[pk], quantity)
    _lower_totals(locked, lines.values(), actor)
    seller_order.refresh_from_db(
        fields=["state", "goods_total", "discount", "discount_by_marketplace", "total"]
    )
    return _tell(seller_order, lines, cancelled, actor, note, by_buyer)


def _check(
    seller_order: SellerOrder,
    lines: Mapping[int, SellerOrderLine],
    cancelled: Mapping[int, int],
    seen_total: int,
) -> None:
    if seller_order.total != seen_total:
        raise ReducedMeanwhile(seller_order)
    if not any(cancelled.values()) or not cancelled.keys() <= lines.keys():
        raise NothingChosen
    left = {pk: line.quantity - cancelled.get(pk, 0) for pk, line in lines.items()}
    if any(quantity < 0 for quantity in cancelled.values()) or any(number < 0 for number in left.values()):
        raise NothingChosen
    if not any(left.values()):
        raise NothingLeft


def _give_back(
    seller_order: SellerOrder,
    lines: Mapping[int, SellerOrderLine],
    cancelled: Mapping[int, int],
    actor: User | None,
) -> None:
    quantities: dict[int, int] = {}
    for pk, quantity in cancelled.items():
        record = lines[pk].order_line.stockrecord_id
        if record is not None and quantity:
            quantities[record] = quantities.get(record, 0) + quantity
    if quantities and seller_order.delivery_way == DeliveryWay.AT_POINT:
        reservation = Reservation.objects.get(reference=seller_order.number)
        reservations.reduce(reservation, quantities, actor=actor)
    elif quantities:
        give_back = stock.receive_many if seller_order.state in OFF_THE_SHELF else stock.give_back
        give_back(quantities, reference=seller_order.number, actor=actor)


def _reduce(line: SellerOrderLine, quantity: int) -> None:
    """Take so many off a line, with their share of its discount."""
    left = line.quantity - quantity
    line.total = line.total * left // line.quantity
    discount = line.unit_price * left - line.total
    if line.discount:
        line.discount_by_marketplace = line.discount_by_marketplace * discount // line.discount
    line.discount, line.quantity = discount, left
    line.cancelled_quantity += quantity
    line.save(
        update_fields=["quantity", "cancelled_quantity", "discount", "discount_by_marketplace", "total"]
    )


def _lower_totals(seller_order: SellerOrder, lines: Collection[SellerOrderLine], actor: User | None) -> None:
    """Make what is owed less: the goods and discounts are again those of the lines."""
    before = seller_order.total
    seller_order.goods_total = sum(line.unit_price * line.quantity for line in lines)
    seller_order.discount = seller_order.delivery_discount + sum(line.discount for line in lines)
    seller_order.discount_by_marketplace = seller_order.delivery_discount_by_marketplace + sum(
        line.discount_by_marketplace for line in lines
    )
    seller_order.total = seller_order.goods_total + seller_order.delivery_charge - seller_order.discount
    seller_order.save(update_fields=["goods_total", "discount", "discount_by_marketplace", "total"])
    difference = before - seller_order.total
    Order.objects.filter(pk=seller_order.order_id).update(
        total_incl_tax=F("total_incl_tax") - difference, total_excl_tax=F("total_excl_tax") - difference
    )
    payment = seller_order.payments.last()
    note = f"{format_vnd(before)} → {format_vnd(seller_order.total)}"
    methods.get(payment.method).reduce(payment, difference, actor, note)


def _tell(
    seller_order: SellerOrder,
    lines: Mapping[int, SellerOrderLine],
    cancelled: Mapping[int, int],
    actor: User | None,
    note: str,
    by_buyer: bool,
) -> SellerOrderEvent:
    person = activity.person(actor)
    event = SellerOrderEvent.objects.create(
        seller_order=seller_order,
        kind=SellerOrderEvent.Kind.REDUCED,
        state=seller_order.state,
        actor=person,
        note=note,
    )
    activity.record(
        "seller_order.reduced",
        seller_order,
        actor=actor,
        number=seller_order.number,
        note=note,
        total=seller_order.total,
        by_buyer=by_buyer,
        cancelled={lines[pk].title: quantity for pk, quantity in cancelled.items() if quantity},
    )
    seller_order_reduced.send(SellerOrder, seller_order=seller_order, event=event, by_buyer=by_buyer)
    return event
