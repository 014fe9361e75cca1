"""The list of guests of one date, to print and to tick off (A4); Vietnamese, because the host reads it."""

from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from marketplace.core import clock
from marketplace.core.fields import national
from marketplace.core.money import format_vnd
from marketplace.sales.models import SellerOrderLine
from marketplace.sales.printing import print_pdf
from producers.models import Departure

HOSTS_LANGUAGE = "vi"


def guests_pdf(departure: Departure, lines: Sequence[SellerOrderLine]) -> bytes:
    """The bookings of a date, from ``booked_on`` with their orders and placements."""
    with override(HOSTS_LANGUAGE):
        content = {
            "title": _("Guest list"),
            "shop": str(settings.SHOP_NAME),
            "facts": [
                (_("Product"), departure.product.title),
                (_("Date"), departure.when),
                (_("Places"), f"{departure.booked} / {departure.capacity}"),
            ],
            "head": [
                _("No."),
                _("Name"),
                _("Phone"),
                _("Places"),
                _("Order"),
                _("Amount"),
                _("State"),
            ],
            "rows": [_row(number, line) for number, line in enumerate(lines, 1)],
            "total": (_("Together"), str(sum(line.places for line in lines))),
            "demo": _("Sample of the demonstration: nothing is sent.") if settings.DEMO else "",
        }
        return print_pdf("guests.typ", content, timestamp=int(clock.now().timestamp()))


def _row(number: int, line: SellerOrderLine) -> tuple[str, ...]:
    seller_order, placement = line.seller_order, line.seller_order.order.placement
    note = f"\n{seller_order.buyer_note}" if seller_order.buyer_note else ""
    return (
        str(number),
        f"{placement.buyer_name}{note}",
        national(placement.buyer_phone),
        str(line.places),
        seller_order.number,
        format_vnd(line.total),
        seller_order.get_state_display(),
    )
