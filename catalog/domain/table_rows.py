"""Price, stock and visibility of many products at once, each row by itself against what was seen of it."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.domain import listings, prepare
from catalog.models import Listing, Product
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.core.money import format_number, format_vnd
from producers.domain import prices, stock
from producers.models import StockRecord


@dataclass(frozen=True)
class Values:
    """What the table shows of one product or variant: VND, pieces on the shelf, whether buyers see it.

    ``is_shown`` is None where that is not the seller's to change: drafts, and what waits at the office.
    """

    price: int | None
    in_stock: int
    is_shown: bool | None


class RowMoved(Refused):
    """Somebody else has changed the row meanwhile; nothing of it was kept. ``now`` is what stands there."""

    def __init__(self, now: Values, changed: list[str]):
        self.now = now
        words = _("Changed meanwhile: %(what)s. Nothing of this row was saved; look at it again.")
        super().__init__(words % {"what": ", ".join(changed)})


def values_of(product: Product, record: StockRecord | None) -> Values:
    """The values now; the product was read with its listing."""
    price = int(record.price) if record is not None and record.price is not None else None
    return Values(price, record.num_in_stock if record is not None else 0, _is_shown(product))


@transaction.atomic
def change(product: Product, wanted: Values, *, seen: Values, actor: User | None = None) -> bool:
    """Make the row what is wanted; returns whether anything was to change.

    Only what differs from ``seen`` is written. Raises ``RowMoved`` if somebody else has changed one of those
    values, and ``CountTooLow``; then nothing of the row was kept.
    """
    current = Product.objects.select_for_update().get(pk=product.pk)
    record = (
        StockRecord.objects.select_for_update()
        .filter(product=current, partner=current.producer_id, departure=None)
        .first()
    )
    now = values_of(current, record)
    names = [name for name in ("price", "in_stock", "is_shown") if _differs(wanted, seen, name)]
    moved = [name for name in names if _differs(now, seen, name) and _differs(now, wanted, name)]
    if moved:
        raise RowMoved(now, [_said(now, name) for name in moved])
    if not names:
        return False
    if record is None:
        record = prepare.put_on_offer(current, prepare.Offer(), actor=actor)
    if "price" in names:
        prices.change(record, wanted.price, seen=now.price, actor=actor)
    if "in_stock" in names:
        stock.correct(record, wanted.in_stock, reference="table", actor=actor)
    if "is_shown" in names:
        _show(current, bool(wanted.is_shown), actor)
    return True


def _differs(one: Values, other: Values, name: str) -> bool:
    return getattr(one, name) != getattr(other, name)


def _said(now: Values, name: str) -> str:
    if name == "price":
        price = format_vnd(now.price) if now.price is not None else _("none")
        return _("the price is %(price)s") % {"price": price}
    if name == "in_stock":
        return _("%(number)s are in stock") % {"number": format_number(now.in_stock)}
    return _("it is shown") if now.is_shown else _("it is hidden")


def _is_shown(product: Product) -> bool | None:
    if product.parent_id is not None:
        return product.is_public
    state = prepare.state_of(product)
    return {Listing.State.APPROVED: True, Listing.State.HIDDEN: False}.get(state)


def _show(product: Product, is_shown: bool, actor: User | None) -> None:
    if product.parent_id is not None:
        Product.objects.filter(pk=product.pk).update(is_public=is_shown)
    elif is_shown:
        listings.show(product, actor=actor)
    else:
        listings.hide(product, actor=actor)
