"""Reservations as the desk shows them: their goods, and what is still to be paid."""

from collections.abc import Sequence

from django.db.models import Prefetch, QuerySet

from marketplace.payments.models import Payment
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


def _worth(reservation: Reservation) -> int:
    return sum(line.quantity * line.unit_price for line in reservation.goods)
