"""What a buyer needs to pick up goods that a point of sale keeps: the code, until when, and where."""

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO

import segno
from django.utils.safestring import SafeString

from marketplace.core import qr
from marketplace.sales.models import DeliveryWay, SellerOrder
from producers.models import PointOfSale, Reservation

CODE_GROUP = 5
"""Characters of the code that are read out together."""

_MODULE = 6
"""Pixels of one square of the picture."""


@dataclass(frozen=True)
class Pickup:
    """A reservation as its buyer sees it."""

    reservation: Reservation

    @property
    def point(self) -> PointOfSale:
        return self.reservation.point

    @property
    def is_waiting(self) -> bool:
        return self.reservation.state == Reservation.State.HELD

    @property
    def code(self) -> str:
        """The code as it is read out: two groups of letters and digits."""
        code = self.reservation.code
        return f"{code[:CODE_GROUP]} {code[CODE_GROUP:]}"

    @property
    def drawing(self) -> SafeString:
        """The QR code of the code, black on white in light and dark, as SVG for a page."""
        return qr.drawing(self.reservation.code)

    @property
    def picture(self) -> bytes:
        """The same as PNG, for mails."""
        target = BytesIO()
        made = segno.make(self.reservation.code, error="m", micro=False)
        made.save(target, kind="png", scale=_MODULE, border=qr.QUIET)
        return target.getvalue()


def pickups_of(seller_orders: Iterable[SellerOrder]) -> dict[str, Pickup]:
    """What points keep of these seller orders, by their numbers; no query where they keep nothing."""
    numbers = [each.number for each in seller_orders if each.delivery_way == DeliveryWay.AT_POINT]
    if not numbers:
        return {}
    reservations = (
        Reservation.objects.filter(reference__in=numbers)
        .select_related("point__seller__region__parent")
        .prefetch_related("point__hours", "point__exceptions")
    )
    return {each.reference: Pickup(each) for each in reservations}
