"""Calling a date for guests off: its bookings are cancelled with a reason and nobody can book it any more.

What was paid for them is owed back from then on (`Payment.refund_owed`), which seller and buyer are told.
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core import clock
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.sales.domain import fulfil, reduce
from marketplace.sales.models import ReturnLine, ReturnRequest, SellerOrder, SellerOrderLine
from producers.domain import departures
from producers.models import Departure


class BookedMeanwhile(Refused):
    """The bookings are not those that the host decided on; nothing changed."""

    def __init__(self):
        super().__init__(_("The bookings have changed in the meantime. Please look at them again."))


@dataclass(frozen=True)
class CalledOff:
    """How many bookings were cancelled, and the numbers of the orders whose bookings remain."""

    cancelled: int
    remaining: tuple[str, ...]


@transaction.atomic
def call_off(departure: Departure, *, reason: str, seen_places: int, actor: User | None) -> CalledOff:
    """Cancel all bookings of a date that can be cancelled, and close it. Their buyers read the reason.

    Of an order that holds other things too only the places are cancelled, also when its goods have gone.
    Bookings that have an end of their own remain: the host has to speak with their buyers.
    ``seen_places`` is how many places were booked when the host decided. The orders are locked before the
    stock, as in every act on an order. Raises ``BookedMeanwhile``.
    """
    keys = SellerOrderLine.objects.booked_on(departure).values("seller_order")
    list(
        SellerOrder.objects.select_for_update(no_key=True)
        .filter(pk__in=keys)
        .order_by("pk")
        .values_list("pk")
    )
    departures.close(departure, reason=reason, actor=actor)
    lines = list(SellerOrderLine.objects.booked_on(departure).select_related("seller_order"))
    if sum(line.places for line in lines) != seen_places:
        raise BookedMeanwhile
    begun = departure.begins_at <= clock.now()
    cancelled, remaining = 0, []
    for line in lines:
        if _is_cancellable(line, begun=begun):
            _cancel(line, reason, actor)
            cancelled += 1
        else:
            remaining.append(line.seller_order.number)
    return CalledOff(cancelled, tuple(remaining))


def _is_cancellable(line: SellerOrderLine, *, begun: bool) -> bool:
    """Whether this booking can be cancelled by itself.

    Not once the guests may have been there, nor while the carrier is to collect a sum at the door that is
    printed on the parcel already, nor where a return of the places was asked for, which has its own end.
    """
    seller_order = line.seller_order
    if seller_order.state in reduce.REDUCIBLE:
        return True
    if begun or seller_order.state not in reduce.PLACES_REDUCIBLE or not _others(line):
        return False
    return not _is_to_collect(seller_order) and not _is_given_back(line)


def _is_to_collect(seller_order: SellerOrder) -> bool:
    payment = seller_order.open_payment
    return seller_order.state == SellerOrder.State.SHIPPED and payment is not None and payment.is_awaited


def _is_given_back(line: SellerOrderLine) -> bool:
    ended = (ReturnRequest.State.REFUSED, ReturnRequest.State.WITHDRAWN)
    return ReturnLine.objects.filter(line=line).exclude(return_request__state__in=ended).exists()


def _others(line: SellerOrderLine) -> bool:
    """Whether the order holds anything else."""
    return line.seller_order.lines.filter(quantity__gt=0).exclude(pk=line.pk).exists()


def _cancel(line: SellerOrderLine, reason: str, actor: User | None) -> None:
    if _others(line):
        reduce.cancel_places(line, actor=actor, note=reason)
    else:
        fulfil.cancel(line.seller_order, actor=actor, note=reason)
