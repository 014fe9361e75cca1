"""Reservations as the desk shows them: their goods, and what is still to be paid."""

from collections.abc import Mapping, Sequence

from django.db.models import Prefetch, QuerySet

from marketplace.core.models import User
from marketplace.payments.models import Payment
from marketplace.sales.domain import reduce
from marketplace.sales.models import SellerOrder
from producers.models import Reservation, ReservationLine


def goods_of(reservations: QuerySet[Reservation]) -> QuerySet[Reservation]:
    """With their lines as ``goods`` and the titles; one more query."""
    lines = ReservationLine.objects.filter(quantity__gt=0).select_related("stock_record__product__parent")
    return reservations.prefetch_related(Prefetch("lines", lines, to_attr="goods"))


def owed_for(reservations: Sequence[Reservation]) -> dict[int, int]:
    """What buyers still pay at the counter, in VND, by reservation from ``goods_of``; one query.

    The goods, unless their order has a payment: then what of that has not come in.
    """
    references = [each.reference for each in reservations]
    left: dict[str, int] = {}
    for payment in Payment.objects.filter(reference__in=references):
        missing = max(payment.due - payment.received + payment.refunded, 0)
        left[payment.reference] = left.get(payment.reference, 0) + missing
    return {each.pk: left.get(each.reference, _worth(each)) for each in reservations}


def leave_out(
    reservation: Reservation, less: Mapping[int, int], *, seen: int, actor: User, note: str
) -> None:
    """Keep fewer for the buyer, by stock record; the order becomes smaller with it, and the buyer reads why.

    ``seen`` is the total of the order that the person decided on, in VND. Raises ``Refused``.
    """
    seller_order = SellerOrder.objects.get(number=reservation.reference)
    rest, cancelled = dict(less), {}
    for line in seller_order.lines.select_related("order_line"):
        record = line.order_line.stockrecord_id
        part = min(rest.get(record, 0), line.quantity)
        if part:
            cancelled[line.pk] = part
            rest[record] -= part
    reduce.cancel_reserved(seller_order, cancelled, seen_total=seen, actor=actor, note=note)


def total_of(reservation: Reservation) -> int | None:
    """What its order comes to now, in VND; None where no order stands behind it."""
    orders = SellerOrder.objects.filter(number=reservation.reference)
    return orders.values_list("total", flat=True).first()


def _worth(reservation: Reservation) -> int:
    return sum(line.quantity * line.unit_price for line in reservation.goods)
