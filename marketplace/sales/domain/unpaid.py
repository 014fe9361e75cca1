"""Seller orders that stay unpaid, whole or in part: the buyer is reminded, then the goods are let go.

It concerns what is paid after ordering and before the goods come: transfers and cards.

Whoever has paid a part gets the time once more for the rest, so that goods are not held for a few dong
without end. What came is owed back when that time is over too.
"""

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from marketplace.core import clock
from marketplace.core.money import format_vnd
from marketplace.payments.domain import books
from marketplace.payments.models import CardRequest, Payment, TransferRequest
from marketplace.sales.domain import fulfil
from marketplace.sales.models import SellerOrder
from marketplace.sales.signals import payment_due_soon, payment_extended

State = SellerOrder.State

#: As long as nobody has been told that the goods wait, and no carrier has them.
RELEASED = (State.PENDING, State.CONFIRMED, State.PACKED)
MOST_AT_ONCE = 500

REQUESTS = (TransferRequest, CardRequest)
Request = TransferRequest | CardRequest


def remind_due() -> int:
    """Remind buyers whose payment is awaited and whose first time has half gone; gives how many."""
    now = clock.now()
    wanted = {"reminded_at": None, "extended_at": None, "remind_at__lte": now, "due_at__gt": now}
    return sum(_remind(each) for kind in REQUESTS for each in _owed(kind).filter(**wanted)[:MOST_AT_ONCE])


def release_overdue() -> int:
    """Cancel what was not paid in time, so that its stock can be bought again; gives how many.

    What was paid in part is first held as long again.
    """
    wanted = {"due_at__lte": clock.now()}
    return sum(_release(each) for kind in REQUESTS for each in _owed(kind).filter(**wanted)[:MOST_AT_ONCE])


def _owed(kind: type[Request]) -> QuerySet:
    """The requests of payments of which something is outstanding, the oldest first."""
    requests = kind.objects.select_related("payment")
    owed = requests.filter(payment__due__gt=F("payment__received") - F("payment__refunded"))
    waiting = SellerOrder.objects.filter(state__in=RELEASED, number=OuterRef("payment__reference"))
    return owed.filter(Exists(waiting)).order_by("due_at", "pk")


@transaction.atomic
def _remind(request: Request) -> bool:
    mine = type(request).objects.filter(pk=request.pk, reminded_at=None).update(reminded_at=clock.now())
    if not mine:
        return False
    seller_order = SellerOrder.objects.select_related("order__placement").get(
        number=request.payment.reference
    )
    payment_due_soon.send(SellerOrder, seller_order=seller_order, request=request)
    return True


@transaction.atomic
def _release(request: Request) -> bool:
    """Lock the seller order before its payment, as every act of `fulfil` does, and look again."""
    seller_order = (
        SellerOrder.objects.select_for_update(of=("self",), no_key=True)
        .select_related("order__placement")
        .get(number=request.payment.reference)
    )
    payment = request.payment
    books.lock(payment)
    request.refresh_from_db(fields=["due_at", "extended_at"])
    if seller_order.state not in RELEASED or not payment.is_awaited or request.due_at > clock.now():
        return False
    if payment.kept and request.extended_at is None:
        _extend(request, seller_order)
        return False
    with override(seller_order.order.placement.language):
        note = _why_released(payment)
    fulfil.cancel(seller_order, actor=None, note=note)
    return True


def _extend(request: Request, seller_order: SellerOrder) -> None:
    """Hold the goods as long again as the buyer had at first, from now on: both are told of it now."""
    first_wait = request.due_at - request.payment.created_at
    request.extended_at = clock.now()
    request.due_at = request.extended_at + first_wait
    request.save(update_fields=["extended_at", "due_at"])
    payment_extended.send(SellerOrder, seller_order=seller_order, request=request)


def _why_released(payment: Payment) -> str:
    if not payment.kept:
        return _("It was not paid in time.")
    sums = {"received": format_vnd(payment.kept), "total": format_vnd(payment.due)}
    return _("It was not paid in full in time: %(received)s of %(total)s came.") % sums
