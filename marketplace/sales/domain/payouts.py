"""What carriers collected at the door and handed over: from their lists, or by hand.

A carrier that passes the money of a parcel on has delivered it, so a parcel that is still on its way counts
as delivered then. Nothing else of a list moves a seller order: an amount that differs, nothing collected, a
number that nobody knows wait for a person. The ledger has what was handed over for a parcel in any case.
"""

import datetime
import hashlib
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from marketplace.core import activity, clock
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.core.text import fold, nfc
from marketplace.payments.domain.money_files import Counts
from marketplace.payments.domain.money_tables import amount_of, day_of
from marketplace.payments.methods import CashOnDelivery
from marketplace.payments.models import MoneyFile, Payment
from marketplace.sales.domain import fulfil, ledger, received
from marketplace.sales.models import CarrierPayout, SellerOrder
from producers.models import Partner

State = CarrierPayout.State
HAS_THE_MONEY = (SellerOrder.State.SHIPPED, SellerOrder.State.DELIVERED)
"""Seller orders of which a carrier may have collected the money."""


class AlreadyPaidOut(Refused):
    """The money of this parcel has been handed over already; nothing changed."""

    def __init__(self, seller_order: SellerOrder):
        super().__init__(
            _("The money for %(number)s has been noted already.") % {"number": seller_order.number}
        )


class NothingCollected(Refused):
    """No carrier has collected money of this seller order; nothing changed."""

    def __init__(self):
        super().__init__(_("A carrier has collected no money for this order."))


class NotToClear(Refused):
    """The payout is as it should be, or somebody has cleared it; nothing changed."""

    def __init__(self):
        super().__init__(_("There is nothing to clear any more."))


def with_carriers(seller: Partner) -> QuerySet[SellerOrder]:
    """Delivered and paid at the door, and no carrier has passed the money on; the oldest first."""
    paid_at_door = Payment.objects.filter(method=CashOnDelivery.code, received__gt=0)
    return (
        SellerOrder.objects.filter(
            seller=seller,
            state=SellerOrder.State.DELIVERED,
            payment_method=CashOnDelivery.code,
            payouts=None,
            number__in=paid_at_door.values("reference"),
        )
        .select_related("parcel")
        .order_by("placed_at", "pk")
    )


def write_list(file: MoneyFile, lines: list[Mapping[str, str]]) -> Counts:
    """Note the payouts of a piece of a carrier's list."""
    counts = Counts(lines=len(lines))
    told = [each for each in map(_told, lines) if each is not None]
    counts.left_out = len(lines) - len(told)
    with transaction.atomic():
        Partner.objects.select_for_update(no_key=True).get(pk=file.seller_id)
        fresh = _unknown_yet(file.seller, told)
        orders = _by_number(file.seller, fresh)
        for payout in fresh:
            _settle(payout, orders.get(fold(payout.tracking_number)), file)
            counts.matched += payout.state == State.SETTLED
    counts.new, counts.repeated = len(fresh), len(told) - len(fresh)
    return counts


@transaction.atomic
def note_by_hand(seller_order: SellerOrder, *, paid_on: datetime.date, actor: User) -> CarrierPayout:
    """The carrier has handed over the whole money of this parcel, which is delivered then.

    Raises ``AlreadyPaidOut`` and ``NothingCollected``.
    """
    locked = SellerOrder.objects.select_for_update(no_key=True).get(pk=seller_order.pk)
    if locked.payment_method != CashOnDelivery.code or locked.state not in HAS_THE_MONEY:
        raise NothingCollected
    if locked.payouts.exists():
        raise AlreadyPaidOut(locked)
    amount = _to_collect(locked)
    if not amount and locked.state != SellerOrder.State.DELIVERED:
        raise NothingCollected
    parcel = getattr(locked, "parcel", None)
    payout = CarrierPayout(
        seller_id=locked.seller_id,
        tracking_number=parcel.tracking_number if parcel is not None else "",
        amount=amount,
        paid_on=paid_on,
        fingerprint=_fingerprint("hand", locked.number),
        actor=actor,
    )
    _settle(payout, locked, None, actor=actor)
    activity.record("payout.noted", locked, actor=actor, amount=payout.amount)
    return payout


@transaction.atomic
def clear(payout: CarrierPayout, *, actor: User, note: str) -> None:
    """A person has dealt with a payout that was not as it should be. Raises ``NotToClear``."""
    open_ones = CarrierPayout.objects.filter(pk=payout.pk, state__in=(State.DIFFERS, State.UNKNOWN))
    if not open_ones.update(state=State.CLEARED, note=nfc(note), actor=actor):
        raise NotToClear
    ledger.post_payout(payout, f"{payout.pk}:cleared")
    activity.record("payout.cleared", payout, actor=actor, note=note)


def _told(line: Mapping[str, str]) -> CarrierPayout | None:
    """A line as a payout that is not saved; None for sums and what else names no parcel."""
    number = nfc(line["tracking_number"])
    if not any(char.isdigit() for char in number):
        return None
    try:
        amount = amount_of(line["amount"])
        paid_on = day_of(line["paid_on"]) if line.get("paid_on") else clock.today()
    except ValueError:
        return None
    if amount < 0 or len(number) > CarrierPayout._meta.get_field("tracking_number").max_length:
        return None
    fingerprint = _fingerprint("list", fold(number), str(amount))
    return CarrierPayout(tracking_number=number, amount=amount, paid_on=paid_on, fingerprint=fingerprint)


def _unknown_yet(seller: Partner, told: Iterable[CarrierPayout]) -> list[CarrierPayout]:
    by_print = {each.fingerprint: each for each in told}
    known = CarrierPayout.objects.filter(seller=seller, fingerprint__in=by_print)
    for fingerprint in known.values_list("fingerprint", flat=True):
        del by_print[fingerprint]
    return list(by_print.values())


def _by_number(seller: Partner, payouts: Iterable[CarrierPayout]) -> dict[str, SellerOrder]:
    written = [each.tracking_number for each in payouts]
    numbers = {*written, *map(str.upper, written)}
    orders = SellerOrder.objects.filter(seller=seller, parcel__tracking_number__in=numbers)
    # Before it is looked whether their money was handed over; nobody notes it meanwhile.
    locked = orders.select_related("parcel").select_for_update(no_key=True, of=("self",)).order_by("pk")
    return {fold(each.parcel.tracking_number): each for each in locked}


def _settle(
    payout: CarrierPayout, seller_order: SellerOrder | None, file: MoneyFile | None, actor: User | None = None
) -> None:
    """Say what the payout means, deliver the parcel if that is news, and write it down."""
    payout.file, payout.seller_order = file, seller_order
    if file is not None:
        payout.seller_id = file.seller_id
    if seller_order is None:
        payout.state = State.UNKNOWN
    else:
        payout.state = _state(payout, seller_order, actor)
    payout.save(force_insert=True)
    ledger.post_payout(payout, payout.pk)


def _state(payout: CarrierPayout, seller_order: SellerOrder, actor: User | None) -> str:
    payout.expected = _to_collect(seller_order)
    # Of a parcel that was paid before there is nothing to hand over, once it has come.
    states = HAS_THE_MONEY if payout.amount else (SellerOrder.State.DELIVERED,)
    is_right = (
        payout.amount == payout.expected
        and seller_order.state in states
        and not seller_order.payouts.exists()
    )
    if not is_right:
        return State.DIFFERS
    if seller_order.state == SellerOrder.State.SHIPPED:
        fulfil.deliver(seller_order, actor=actor)
    return State.SETTLED


def _to_collect(seller_order: SellerOrder) -> int:
    """What the carrier takes at the door, in VND: what it took once that is so, whatever went back since.

    What the buyer has transferred is not asked for at the door.
    """
    payment = seller_order.payments.last()
    if payment is None or payment.method != CashOnDelivery.code:
        return 0
    taken = payment.received - received.transferred([payment]).get(payment.pk, 0)
    return taken or payment.outstanding


def _fingerprint(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
