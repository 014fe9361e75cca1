"""Seller orders whose transfer does not come: the buyer is reminded, then the goods are let go.

Part payments are left to the seller: whoever has paid something is not cancelled by a clock.
"""

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from marketplace.core import clock
from marketplace.payments.domain import books
from marketplace.payments.models import TransferRequest
from marketplace.sales.domain import fulfil
from marketplace.sales.models import SellerOrder
from marketplace.sales.signals import transfer_due_soon

State = SellerOrder.State

#: As long as nobody has been told that the goods wait, and no carrier has them.
RELEASED = (State.PENDING, State.CONFIRMED, State.PACKED)
MOST_AT_ONCE = 500


def remind_due() -> int:
    """Remind buyers whose transfer is awaited and whose time has half gone; gives how many."""
    now = clock.now()
    due = _unpaid().filter(reminded_at=None, remind_at__lte=now, due_at__gt=now)
    return sum(_remind(request) for request in due[:MOST_AT_ONCE])


def release_overdue() -> int:
    """Cancel what was not paid in time, so that its stock can be bought again; gives how many."""
    overdue = _unpaid().filter(due_at__lte=clock.now())
    return sum(_release(request) for request in overdue[:MOST_AT_ONCE])


def _unpaid() -> QuerySet[TransferRequest]:
    """The requests of payments for which nothing has come, the oldest first."""
    requests = TransferRequest.objects.select_related("payment")
    unpaid = requests.filter(payment__due__gt=0, payment__received=F("payment__refunded"))
    waiting = SellerOrder.objects.filter(state__in=RELEASED, number=OuterRef("payment__reference"))
    return unpaid.filter(Exists(waiting)).order_by("due_at", "pk")


@transaction.atomic
def _remind(request: TransferRequest) -> bool:
    mine = TransferRequest.objects.filter(pk=request.pk, reminded_at=None).update(reminded_at=clock.now())
    if not mine:
        return False
    seller_order = SellerOrder.objects.select_related("order__placement").get(
        number=request.payment.reference
    )
    transfer_due_soon.send(SellerOrder, seller_order=seller_order, transfer_request=request)
    return True


@transaction.atomic
def _release(request: TransferRequest) -> bool:
    """Lock the seller order before its payment, as every act of `fulfil` does, and look again."""
    seller_order = (
        SellerOrder.objects.select_for_update(of=("self",))
        .select_related("order__placement")
        .get(number=request.payment.reference)
    )
    payment = request.payment
    books.lock(payment)
    if seller_order.state not in RELEASED or payment.kept or not payment.due:
        return False
    with override(seller_order.order.placement.language):
        note = _("It was not paid in time.")
    fulfil.cancel(seller_order, actor=None, note=note)
    return True
