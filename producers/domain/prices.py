"""Prices: the only place that changes one, each time with a row of its history."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from marketplace.core import activity
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.core.money import format_vnd
from producers.models import PriceChange, StockRecord

HIGHEST = 999_999_999
"""The highest price of one piece in VND that is taken: what is above it was mistyped."""


class PriceMoved(Refused):
    """Somebody else has changed the price since it was seen; ``price`` is what it is now (VND)."""

    def __init__(self, price: int | None):
        self.price = price
        now = format_vnd(price) if price is not None else _("none")
        super().__init__(_("The price was changed meanwhile; it is %(price)s now.") % {"price": now})


@transaction.atomic
def change(record: StockRecord, price: int | None, *, seen: int | None, actor: User | None = None) -> bool:
    """Set the price of one piece in whole VND, None for not for sale; returns whether it differs.

    ``seen`` is the price that the person had in view. Raises ``PriceMoved`` if it is another one now. Dates
    for guests cost what their product costs.
    """
    if price is not None and not 0 < price <= HIGHEST:
        raise ValueError(f"no price: {price}")
    if price == seen:
        return False
    _change_dates(record, price)
    as_seen = Q(price=seen) if seen is not None else Q(price__isnull=True)
    if not StockRecord.objects.filter(as_seen, pk=record.pk).update(price=price):
        now = StockRecord.objects.values_list("price", flat=True).get(pk=record.pk)
        if now != price:
            raise PriceMoved(None if now is None else int(now))
        return False
    record.price = price
    person = activity.person(actor)
    PriceChange.objects.create(stock_record=record, before=seen, price=price, actor=person)
    return True


def _change_dates(record: StockRecord, price: int | None) -> None:
    """The product's dates before its own record: in that order bookings lock them too."""
    of_product = StockRecord.objects.filter(product=record.product_id, partner=record.partner_id)
    dates = of_product.filter(departure__isnull=False).order_by("pk")
    locked = list(dates.select_for_update().values_list("pk", flat=True))
    if locked and record.departure_id is None:
        StockRecord.objects.filter(pk__in=locked).update(price=price)


def carry_to_dates(product_ids: Collection[int]) -> None:
    """Give the dates of these products the price of the product, after prices were written in bulk."""
    own = StockRecord.objects.filter(
        product=OuterRef("product"), partner=OuterRef("partner"), departure=None
    ).values("price")[:1]
    dates = StockRecord.objects.filter(product__in=product_ids, departure__isnull=False)
    dates.update(price=Subquery(own))
