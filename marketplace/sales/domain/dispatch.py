"""Parcels on their way: carrier and tracking number, and handing many over to one carrier."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core import activity
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.sales.domain import fulfil
from marketplace.sales.models import DeliveryWay, Handover, Parcel, SellerOrder
from producers.models import Partner

State = SellerOrder.State

#: From the moment that somebody packs it until the buyer has it.
TRACKABLE = (State.CONFIRMED, State.PACKED, State.SHIPPED)


class NotTrackable(Refused):
    """A seller order that no carrier takes, or that is not on its way; nothing changed."""

    def __init__(self, seller_order: SellerOrder):
        super().__init__(
            _("Order %(number)s is now “%(state)s”; no carrier takes it.")
            % {"number": seller_order.number, "state": seller_order.get_state_display()}
        )


class HandedOver(Refused):
    """The carrier has signed for the parcel, so another cannot have it; nothing changed."""

    def __init__(self, seller_order: SellerOrder):
        super().__init__(
            _("%(carrier)s has signed for order %(number)s; another carrier cannot have it.")
            % {"carrier": seller_order.parcel.carrier, "number": seller_order.number}
        )


class NothingHandedOver(Refused):
    """None of the parcels could be handed over; there is no handover."""

    def __init__(self):
        super().__init__(_("No parcel was handed over."))


def is_trackable(seller_order: SellerOrder) -> bool:
    """Whether a carrier and a tracking number can be written down for it now."""
    return seller_order.delivery_way == DeliveryWay.DOOR and seller_order.state in TRACKABLE


@transaction.atomic
def track(
    seller_order: SellerOrder, *, carrier_code: str, tracking_number: str, actor: User | None
) -> Parcel:
    """Write down who takes the parcel and under which number; the buyer sees both.

    Raises ``NotTrackable``, and ``HandedOver`` for another carrier than the one that signed.
    """
    locked = SellerOrder.objects.select_for_update(no_key=True).get(pk=seller_order.pk)
    if not is_trackable(locked):
        raise NotTrackable(locked)
    parcel = Parcel.objects.filter(seller_order=locked).first() or Parcel(seller_order=locked)
    if parcel.handover_id is not None and parcel.carrier_code != carrier_code:
        raise HandedOver(locked)
    before = str(parcel)
    parcel.carrier_code, parcel.tracking_number = carrier_code, tracking_number
    parcel.save()
    if str(parcel) != before:
        activity.record("seller_order.tracked", locked, actor=actor, before=before, after=str(parcel))
    return parcel


@dataclass
class Handing:
    """What became of a handover: the parcels that left, and the refusals of those that did not."""

    handover: Handover
    shipped: list[SellerOrder] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


def hand_over(
    seller: Partner, carrier_code: str, seller_orders: Iterable[SellerOrder], *, actor: User | None
) -> Handing:
    """Give packed parcels of one seller to a carrier: each is shipped, or its refusal is told.

    Each in a transaction of its own, because one that locked the stock of many orders could wait for a buyer
    who waits for it. Raises ``NothingHandedOver``.
    """
    person = activity.person(actor)
    handing = Handing(Handover.objects.create(seller=seller, carrier_code=carrier_code, actor=person))
    for seller_order in seller_orders:
        try:
            _ship(seller_order, handing.handover, actor)
        except Refused as refusal:
            handing.refused.append(refusal)
        else:
            handing.shipped.append(seller_order)
    if not handing.shipped:
        handing.handover.delete()
        raise NothingHandedOver
    activity.record(
        "handover.made",
        handing.handover,
        actor=actor,
        carrier=carrier_code,
        numbers=[seller_order.number for seller_order in handing.shipped],
    )
    return handing


@transaction.atomic
def _ship(seller_order: SellerOrder, handover: Handover, actor: User | None) -> None:
    # The mail about the step names the carrier, so the parcel is written before it is enqueued.
    Parcel.objects.update_or_create(
        seller_order=seller_order, defaults={"carrier_code": handover.carrier_code, "handover": handover}
    )
    fulfil.ship(seller_order, actor=actor)
