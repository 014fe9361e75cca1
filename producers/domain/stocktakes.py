"""Stocktakes: a point's shelf is counted line by line while it goes on selling."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marketplace.core import clock
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from producers.domain import stock
from producers.domain.acts import By, once
from producers.domain.shelf import MOST_AT_ONCE
from producers.models import PointAct, PointOfSale, StockRecord, Stocktake, StocktakeLine

State = Stocktake.State


class StocktakeRefused(Refused):
    """A rule forbids the act; the message says which."""


class ShelfMoved(StocktakeRefused):
    """Goods have come or gone since the list was taken away on which they were counted."""

    def __init__(self, seen: int, now: int):
        words = _(
            "%(seen)s lay there when the workbook was taken away, %(now)s do now. "
            "Please take it away anew and count this again."
        )
        super().__init__(words % {"now": now, "seen": seen})


def begin(point: PointOfSale, *, actor: User | None = None) -> Stocktake:
    """Open a stocktake; raises ``StocktakeRefused`` while another one of the point is open."""
    try:
        with transaction.atomic():
            return Stocktake.objects.create(point=point, begun_by=actor)
    except IntegrityError as error:
        if not open_one(point):
            raise
        raise StocktakeRefused(
            _("A stocktake of this point is open already. Finish or drop it first.")
        ) from error


def open_one(point: PointOfSale) -> Stocktake | None:
    return point.stocktakes.filter(state=State.OPEN).first()


@transaction.atomic
def count(
    stocktake: Stocktake, record: StockRecord, counted: int, *, seen: int | None = None
) -> StocktakeLine:
    """Note how many were counted of a product, against what should lie there at this moment.

    What is sold between counting and applying is no difference. Counted again, the newer count stands.
    ``seen`` is the number in stock on a list that was taken away to count; raises ``ShelfMoved`` where it is
    another one by now, for nobody knows whether it moved before the count or after it.
    """
    if not 0 <= counted <= MOST_AT_ONCE:
        raise StocktakeRefused(_("This number cannot be right."))
    _hold(stocktake)
    shelf = StockRecord.objects.filter(pk=record.pk, partner=stocktake.point.seller_id)
    expected = shelf.select_for_update().values_list("num_in_stock", flat=True).first()
    if expected is None:
        raise StocktakeRefused(_("These goods do not lie on this shelf."))
    if seen not in (None, expected):
        raise ShelfMoved(seen, expected)
    line, _is_new = StocktakeLine.objects.update_or_create(
        stocktake=stocktake, stock_record=record, defaults={"expected": expected, "counted": counted}
    )
    return line


@transaction.atomic
def drop(stocktake: Stocktake) -> None:
    """End a stocktake that is not applied; the shelf stays as it is."""
    _hold(stocktake)
    _end(stocktake, State.DROPPED)


def apply(stocktake: Stocktake, *, by: By) -> PointAct:
    """Correct the shelf by what was counted; raises ``stock.CountTooLow`` below what buyers have reserved."""

    def correct(act: PointAct) -> None:
        _hold(stocktake)
        _end(stocktake, State.APPLIED, act=act)
        lines = stocktake.lines.values_list("stock_record", "counted", "expected")
        differences = {record: counted - expected for record, counted, expected in lines}
        stock.correct_by({pk: each for pk, each in differences.items() if each}, act=act)

    return once(stocktake.point, PointAct.Kind.STOCKTAKE, by, correct, said=stocktake.pk)


def _hold(stocktake: Stocktake) -> None:
    """Lock it, so that nothing is counted while it is applied; raises ``StocktakeRefused`` after its end."""
    held = Stocktake.objects.select_for_update().get(pk=stocktake.pk)
    if held.state != State.OPEN:
        raise StocktakeRefused(_("This stocktake is over."))


def _end(stocktake: Stocktake, state: str, act: PointAct | None = None) -> None:
    fields = {"state": state, "ended_at": clock.now(), "act": act}
    Stocktake.objects.filter(pk=stocktake.pk).update(**fields)
    for name, value in fields.items():
        setattr(stocktake, name, value)
