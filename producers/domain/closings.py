"""Daily closings: what the till of a point should hold, counted once a day."""

import datetime
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from marketplace.core import clock
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from producers.models import DailyClosing, PointAct, PointOfSale

Payment = PointAct.Payment


class ClosedAlready(Refused):
    """The day was closed before."""

    def __init__(self):
        super().__init__(_("This day is closed already. What came later is part of the next closing."))


@dataclass(frozen=True)
class Due:
    """What has come into the till since the last closing, in VND, and of how many sales."""

    sales: int
    cash: int
    vietqr: int


def due(point: PointOfSale) -> Due:
    """What the next closing will hold."""
    return _sums(_unclosed(point))


@transaction.atomic
def close(
    point: PointOfSale, day: datetime.date, *, counted: int, actor: User | None = None, note: str = ""
) -> DailyClosing:
    """Close a day with the cash that was counted, in VND.

    It takes in all that no closing has, also what a device sent late for a day that was closed before.
    Raises ``ClosedAlready``, and ``Refused`` for a day that has not come.
    """
    if day > clock.today():
        raise Refused(_("This day has not come yet."))
    if counted < 0:
        raise Refused(_("This number cannot be right."))
    closing = _open(point, day, counted, actor, note)
    # What is taken is fixed first and summed up then: a sale that comes meanwhile waits for the next closing.
    _unclosed(point).update(closing=closing)
    sums = _sums(closing.acts.all())
    closing.sales, closing.cash, closing.vietqr = sums.sales, sums.cash, sums.vietqr
    closing.save(update_fields=["sales", "cash", "vietqr"])
    return closing


def _unclosed(point: PointOfSale) -> QuerySet[PointAct]:
    return PointAct.objects.filter(point=point, closing=None).exclude(paid_by="")


def _sums(acts: QuerySet[PointAct]) -> Due:
    from_buyers = ~Q(kind=PointAct.Kind.SETTLEMENT)
    found = acts.order_by().aggregate(
        sales=Count("pk", filter=Q(kind=PointAct.Kind.SALE)),
        cash=Sum("amount", filter=Q(paid_by=Payment.CASH), default=0),
        vietqr=Sum("amount", filter=from_buyers & Q(paid_by=Payment.VIETQR), default=0),
    )
    return Due(**found)


def _open(
    point: PointOfSale, day: datetime.date, counted: int, actor: User | None, note: str
) -> DailyClosing:
    try:
        with transaction.atomic():
            return DailyClosing.objects.create(
                point=point, day=day, sales=0, cash=0, vietqr=0, counted=counted, actor=actor, note=note
            )
    except IntegrityError as error:
        if not point.closings.filter(day=day).exists():
            raise
        raise ClosedAlready from error
