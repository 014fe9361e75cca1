"""The counter of a point of sale: selling what lies on its shelf, and taking it back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import F
from django.utils.translation import gettext as _

from marketplace.core.exceptions import Refused
from producers.domain import stock
from producers.domain.acts import By, once
from producers.domain.prices import HIGHEST
from producers.domain.shelf import MOST_AT_ONCE
from producers.models import ActLine, PointAct, PointOfSale, StockRecord

Kind = PointAct.Kind

WITHDRAWN = "withdrawn"


class NotSold(Refused):
    """Goods that cannot be sold at this counter; the message says why."""


@dataclass(frozen=True)
class Item:
    """So many of one stock record; without a price (VND) they cost what the record says now.

    The price is named by a device without network, which sold by the list that it had.
    """

    stock_record_id: int
    quantity: int
    unit_price: int | None = None


def sell(
    point: PointOfSale, items: Iterable[Item], *, paid_by: str, by: By, transfer: str = "", note: str = ""
) -> PointAct:
    """Sell goods of the shelf: what expires first goes first, what has expired on the day of the sale stays.

    ``transfer`` is the code by which a transfer of the buyer is found on the point's account. Gives the act
    with its number for the receipt. Raises ``NotSold``, ``stock.NotEnoughStock``.
    """
    wanted = _merged(items)
    if paid_by not in PointAct.Payment.values:
        raise NotSold(_("Please say how it was paid."))
    lines = _priced(point, wanted)

    def hand_out(act: PointAct) -> None:
        for line in lines:
            line.act = act
        ActLine.objects.bulk_create(lines)
        stock.sell({pk: item.quantity for pk, item in wanted.items()}, act=act, on=by.day)

    amount = sum(line.total for line in lines)
    paper = transfer if paid_by == PointAct.Payment.VIETQR else ""
    fields = {"amount": amount, "paid_by": paid_by, "paper": paper, "note": note}
    said = [paid_by, {pk: (item.quantity, item.unit_price) for pk, item in wanted.items()}]
    return once(point, Kind.SALE, by, hand_out, said=said, **fields)


def take_back(
    sale: PointAct, record_quantities: Mapping[int, int], *, paid_by: str, by: By, note: str = ""
) -> PointAct:
    """A buyer brings goods of a counter sale back and gets the price; they lie on the shelf again.

    Raises ``NotSold`` for more than was sold and not brought back yet.
    """
    if sale.kind != Kind.SALE:
        raise NotSold(_("Only what was sold at the counter is taken back here."))
    if paid_by not in PointAct.Payment.values:
        raise NotSold(_("Please say how the money was given back."))
    sold = {line.stock_record_id: line for line in sale.lines.filter(stock_record__in=record_quantities)}
    if not record_quantities or sold.keys() != record_quantities.keys():
        raise NotSold(_("This was not part of the sale."))

    def put_back(act: PointAct) -> None:
        for record, quantity in sorted(record_quantities.items()):
            _count_return(sold[record], quantity)
        ActLine.objects.bulk_create(
            ActLine(
                act=act,
                stock_record_id=record,
                title=sold[record].title,
                quantity=quantity,
                unit_price=sold[record].unit_price,
            )
            for record, quantity in record_quantities.items()
        )
        stock.take_back(record_quantities, act=act)

    amount = sum(sold[record].unit_price * quantity for record, quantity in record_quantities.items())
    fields = {"amount": -amount, "paid_by": paid_by, "answers": sale, "note": note}
    said = [sale.pk, paid_by, record_quantities]
    return once(sale.point, Kind.RETURN, by, put_back, said=said, **fields)


def _merged(items: Iterable[Item]) -> dict[int, Item]:
    """One item for each stock record; raises ``NotSold`` for none and for numbers that cannot be right."""
    merged: dict[int, Item] = {}
    for item in items:
        known = merged.get(item.stock_record_id)
        if known is not None and known.unit_price != item.unit_price:
            raise NotSold(_("One product has two prices."))
        quantity = item.quantity + (known.quantity if known is not None else 0)
        if item.quantity <= 0 or quantity > MOST_AT_ONCE:
            raise NotSold(_("This number cannot be right."))
        merged[item.stock_record_id] = Item(item.stock_record_id, quantity, item.unit_price)
    if not merged:
        raise NotSold(_("Please name at least one product."))
    return merged


def _priced(point: PointOfSale, wanted: Mapping[int, Item]) -> list[ActLine]:
    """The lines of the receipt, not written yet."""
    records = {
        record.pk: record
        for record in StockRecord.objects.filter(pk__in=wanted, partner=point.seller_id).select_related(
            "product__certification", "product__parent"
        )
    }
    if records.keys() != wanted.keys():
        raise NotSold(_("These goods do not lie on this shelf."))
    return [_line(records[pk], item) for pk, item in sorted(wanted.items())]


def _line(record: StockRecord, item: Item) -> ActLine:
    words = {"product": record.product.get_title()}
    if record.product.certification_status == WITHDRAWN:
        raise NotSold(_("The recognition of %(product)s is withdrawn; it is no longer sold.") % words)
    price = item.unit_price if item.unit_price is not None else record.price
    if price is None:
        raise NotSold(_("%(product)s has no price at this point.") % words)
    if not 0 < price <= HIGHEST:
        raise NotSold(_("This price cannot be right."))
    return ActLine(stock_record=record, title=words["product"], quantity=item.quantity, unit_price=int(price))


def _count_return(line: ActLine, quantity: int) -> None:
    """One conditional update, so that nothing comes back twice."""
    left = ActLine.objects.filter(pk=line.pk, quantity__gte=F("returned_quantity") + quantity)
    if quantity <= 0 or not left.update(returned_quantity=F("returned_quantity") + quantity):
        raise NotSold(_("More comes back than was sold."))
