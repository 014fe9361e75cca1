"""Consignment: what a point owes to producers for goods of theirs that it has sold."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from marketplace.core.exceptions import Refused
from marketplace.core.money import format_vnd
from producers.domain.acts import By, once
from producers.models import Batch, Partner, PointAct, PointOfSale, StockMovement

SOLD = (StockMovement.Kind.SOLD, StockMovement.Kind.HANDED_OVER, StockMovement.Kind.RETURNED)
"""Movements to buyers and back; what spoils or goes back to the producer is not owed."""


class OwedLess(Refused):
    """More was to be paid than is owed; ``owed`` is how much that is (VND)."""

    def __init__(self, owed: int):
        self.owed = owed
        super().__init__(_("Only %(owed)s is owed to this producer.") % {"owed": format_vnd(owed)})


@dataclass(frozen=True)
class Debt:
    """What a point owes to one producer: its sold goods at the producer's price, less what was paid (VND)."""

    producer: Partner
    pieces: int
    sold: int
    paid: int

    @property
    def owed(self) -> int:
        return self.sold - self.paid


def debts(point: PointOfSale) -> list[Debt]:
    """All producers whose goods the point has on consignment or has paid, the largest debt first."""
    sold = {
        producer: (pieces, amount)
        for producer, pieces, amount in _sold(point)
        .values_list("batch__producer")
        .annotate(pieces=-Sum("quantity"), amount=-Sum(F("quantity") * F("batch__unit_cost")))
    }
    paid = dict(_paid(point).values_list("producer").annotate(total=-Sum("amount")))
    producers = Partner.objects.in_bulk(sold.keys() | paid.keys())
    found = [Debt(producer, *sold.get(pk, (0, 0)), paid.get(pk, 0)) for pk, producer in producers.items()]
    return sorted(found, key=lambda debt: (-debt.owed, debt.producer.name))


def owed(point: PointOfSale, producer: Partner) -> int:
    """What is owed to one producer, in VND."""
    sold = _sold(point).filter(batch__producer=producer)
    amount = sold.aggregate(total=-Sum(F("quantity") * F("batch__unit_cost"), default=0))["total"]
    paid = _paid(point).filter(producer=producer).aggregate(total=-Sum("amount", default=0))["total"]
    return amount - paid


def settle(
    point: PointOfSale,
    producer: Partner,
    amount: int,
    *,
    paid_by: str,
    by: By,
    paper: str = "",
    note: str = "",
) -> PointAct:
    """Pay a producer, in VND. Raises ``OwedLess`` for more than is owed.

    Cash comes out of the till and counts in the daily closing; a transfer does not go through it.
    """
    if amount <= 0:
        raise Refused(_("This number cannot be right."))
    if paid_by not in PointAct.Payment.values:
        raise Refused(_("Please say how it was paid."))

    def check(_act: PointAct) -> None:
        # The act itself is part of what was paid by now.
        left = owed(point, producer)
        if left < 0:
            raise OwedLess(left + amount)

    with transaction.atomic():
        # Two who pay at once: the second sees what the first has paid.
        PointOfSale.objects.select_for_update(no_key=True).get(pk=point.pk)
        fields = {"producer": producer, "paper": paper, "note": note}
        fields |= {"amount": -amount, "paid_by": paid_by}
        said = [producer.pk, amount, paid_by, paper]
        return once(point, PointAct.Kind.SETTLEMENT, by, check, said=said, **fields)


def _sold(point: PointOfSale) -> QuerySet[StockMovement]:
    return StockMovement.objects.filter(
        Q(kind__in=SOLD),
        stock_record__partner=point.seller_id,
        batch__terms=Batch.Terms.CONSIGNMENT,
    ).order_by()


def _paid(point: PointOfSale) -> QuerySet[PointAct]:
    return PointAct.objects.filter(point=point, kind=PointAct.Kind.SETTLEMENT).order_by()
