"""What a device of a point keeps to sell and to hand over by while there is no network."""

from marketplace.core import clock
from marketplace.core.text import fold
from marketplace.desks.point.access import Desk
from marketplace.desks.point.reserved import goods_of, owed_for
from producers.models import Reservation, StockRecord

MOST_GOODS = 5_000


def goods_for_device(desk: Desk) -> dict:
    """Goods with their prices (VND) and codes, and the reservations that wait; four queries."""
    records = desk.shelf.filter(price__isnull=False).select_related(
        "product__parent", "product__certification"
    )
    held = list(goods_of(Reservation.objects.held().filter(point=desk.point)))
    owed = owed_for(held)
    return {
        "at": clock.now().isoformat(),
        "goods": [_good(record) for record in records.order_by("product__title", "pk")[:MOST_GOODS]],
        "reservations": [_reservation(each, owed[each.pk]) for each in held],
    }


def _good(record: StockRecord) -> dict:
    product = record.product
    title = product.get_title()
    codes = {product.upc, record.partner_sku, product.certification.code if product.certification else None}
    return {
        "record": record.pk,
        "product": product.pk,
        "title": title,
        "folded": fold(title),
        "codes": sorted(filter(None, codes)),
        "price": int(record.price),
        "left": record.sellable,
    }


def _reservation(reservation: Reservation, owed: int) -> dict:
    return {
        "code": reservation.code,
        "reference": reservation.reference,
        "owed": owed,
        "goods": [
            {"title": line.stock_record.product.get_title(), "quantity": line.quantity}
            for line in reservation.goods
        ],
    }
