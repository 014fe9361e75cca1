"""Cancelling a part of a seller order: some lines, or less of a line, while the rest is sent."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from oscar.apps.order.models import Order

from marketplace.core import activity
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.core.money import format_vnd
from marketplace.payments import methods
from marketplace.sales.models import SellerOrder, SellerOrderEvent, SellerOrderLine
from marketplace.sales.signals import seller_order_reduced
from producers.domain import stock

State = SellerOrder.State

#: As long as the goods are with the seller and nobody was told that they wait.
REDUCIBLE = (State.PENDING, State.CONFIRMED, State.PACKED)


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
        super().__init__(_("Please say how many of which product you cannot send."))


class NothingLeft(Refused):
    """All of it was named, which is another act; nothing changed."""

    def __init__(self):
        super().__init__(_("Nothing would be left to send. Please cancel the whole order."))


@transaction.atomic
def cancel_lines(
    seller_order: SellerOrder, cancelled: Mapping[int, int], *, seen_total: int, actor: User | None, note: str
) -> SellerOrderEvent:
    """Cancel so many of each line, given by the lines' keys; the buyer reads the note.

    The stock can be bought again, the totals and what is owed become smaller by what the lines cost (whole
    VND, a line's discount in proportion, rounded to the buyer's good); the delivery charge stays.
    ``seen_total`` is the total that the seller decided on: two people cannot cancel the same part twice.
    Raises ``NotReducible``, ``ReducedMeanwhile``, ``NothingChosen`` and ``NothingLeft``.
    """
    locked = SellerOrder.objects.select_for_update().get(pk=seller_order.pk)
    lines = {line.pk: line for line in locked.lines.select_related("order_line")}
    _check(locked, lines, cancelled, seen_total)
    _give_back(locked, lines, cancelled, actor)
    difference = sum(_reduce(lines[pk], quantity) for pk, quantity in cancelled.items() if quantity)
    _lower_totals(locked, difference, actor)
    seller_order.refresh_from_db(fields=["state", "goods_total", "total"])
    return _tell(seller_order, lines, cancelled, actor, note)


def _check(
    seller_order: SellerOrder,
    lines: Mapping[int, SellerOrderLine],
    cancelled: Mapping[int, int],
    seen_total: int,
) -> None:
    if seller_order.state not in REDUCIBLE:
        raise NotReducible(seller_order)
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
    if quantities:
        stock.give_back(quantities, reference=seller_order.number, actor=actor)


def _reduce(line: SellerOrderLine, quantity: int) -> int:
    """Take so many off a line; returns by how much it costs less, in whole VND."""
    left = line.quantity - quantity
    before, line.total = line.total, line.total * left // line.quantity
    line.quantity, line.cancelled_quantity = left, line.cancelled_quantity + quantity
    line.save(update_fields=["quantity", "cancelled_quantity", "total"])
    return before - line.total


def _lower_totals(seller_order: SellerOrder, difference: int, actor: User | None) -> None:
    SellerOrder.objects.filter(pk=seller_order.pk).update(
        goods_total=F("goods_total") - difference, total=F("total") - difference
    )
    Order.objects.filter(pk=seller_order.order_id).update(
        total_incl_tax=F("total_incl_tax") - difference, total_excl_tax=F("total_excl_tax") - difference
    )
    payment = seller_order.open_payment
    if payment is not None:
        amount = payment.due - difference
        note = f"{format_vnd(payment.due)} → {format_vnd(amount)}"
        methods.get(payment.method).reduce(payment, amount, actor, note)


def _tell(
    seller_order: SellerOrder,
    lines: Mapping[int, SellerOrderLine],
    cancelled: Mapping[int, int],
    actor: User | None,
    note: str,
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
        cancelled={lines[pk].title: quantity for pk, quantity in cancelled.items() if quantity},
    )
    seller_order_reduced.send(SellerOrder, seller_order=seller_order, event=event)
    return event
