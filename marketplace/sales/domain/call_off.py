"""Calling a date for guests off: its bookings are cancelled with a reason and nobody can book it any more."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.sales.domain import fulfil, reduce
from marketplace.sales.models import SellerOrder, SellerOrderLine
from producers.domain import departures
from producers.models import Departure


class BookedMeanwhile(Refused):
    """The bookings are not those that the host decided on; nothing changed."""

    def __init__(self):
        super().__init__(_("The bookings have changed in the meantime. Please look at them again."))


class GuestsRemain(Refused):
    """Bookings of the date can no longer be cancelled here; nothing changed."""

    def __init__(self, lines: Iterable[SellerOrderLine]):
        numbers = ", ".join(line.seller_order.number for line in lines)
        super().__init__(
            _("These orders can no longer be cancelled, please write to their buyers: %(numbers)s")
            % {"numbers": numbers}
        )


@transaction.atomic
def call_off(departure: Departure, *, reason: str, seen_places: int, actor: User | None) -> int:
    """Cancel all bookings of a date and close it; returns how many. The buyers read the reason.

    Of an order that holds other things too only the places are cancelled. ``seen_places`` is how many places
    were booked when the host decided. The orders are locked before the stock, as in every act on an order.
    Raises ``BookedMeanwhile`` and ``GuestsRemain``.
    """
    keys = SellerOrderLine.objects.booked_on(departure).values("seller_order")
    list(SellerOrder.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
    departures.close(departure, reason=reason, actor=actor)
    lines = list(SellerOrderLine.objects.booked_on(departure).select_related("seller_order"))
    if sum(line.places for line in lines) != seen_places:
        raise BookedMeanwhile
    stuck = [line for line in lines if line.seller_order.state not in reduce.REDUCIBLE]
    if stuck:
        raise GuestsRemain(stuck)
    for line in lines:
        _cancel(line, reason, actor)
    return len(lines)


def _cancel(line: SellerOrderLine, reason: str, actor: User | None) -> None:
    seller_order = line.seller_order
    others = seller_order.lines.filter(quantity__gt=0).exclude(pk=line.pk)
    if not others.exists():
        fulfil.cancel(seller_order, actor=actor, note=reason)
        return
    reduce.cancel_lines(
        seller_order, {line.pk: line.quantity}, seen_total=seller_order.total, actor=actor, note=reason
    )
