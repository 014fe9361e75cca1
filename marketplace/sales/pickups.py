"""What a buyer needs to pick up goods that a point of sale keeps: the code, until when, and where."""

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO

import segno
from django.utils.safestring import SafeString, mark_safe

from marketplace.sales.models import DeliveryWay, SellerOrder
from producers.models import PointOfSale, Reservation

CODE_GROUP = 5
"""Characters of the code that are read out together."""

_MODULE, _QUIET = 6, 4
"""Pixels of one square of the picture, and squares of its white edge, without which cameras fail."""


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
        target = BytesIO()
        options = {"border": _QUIET, "light": "#fff", "xmldecl": False, "omitsize": True}
        self._qr.save(target, kind="svg", svgclass=None, lineclass=None, **options)
        return mark_safe(target.getvalue().decode())  # noqa: S308 - drawn by segno from our own code

    @property
    def picture(self) -> bytes:
        """The same as PNG, for mails."""
        target = BytesIO()
        self._qr.save(target, kind="png", scale=_MODULE, border=_QUIET)
        return target.getvalue()

    @property
    def _qr(self):
        return segno.make(self.reservation.code, error="m", micro=False)


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
