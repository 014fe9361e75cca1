"""What a device of a point keeps to work by while there is no network."""

from django.db.models import Prefetch

from marketplace.core import clock
from marketplace.core.text import fold
from marketplace.desks.point.access import Desk
from marketplace.desks.point.reserved import goods_of, owed_for
from marketplace.desks.point.transfers import account_for_device
from producers.models import Batch, PointAct, Reservation, StockRecord

MOST_GOODS = 5_000
MOST_SALES = 100
"""Of the last ones: what buyers bring back without network was mostly bought today."""


def goods_for_device(desk: Desk) -> dict:
    """All that a device needs for an hour by itself; eight queries.

    Goods with their prices (VND), codes and batches, the last sales, the reservations that wait, and the
    account for transfers.
    """
    records = (
        desk.shelf.filter(price__isnull=False)
        .select_related("product__parent", "product__certification")
        .prefetch_related(Prefetch("batches", Batch.objects.left().first_out(), to_attr="lying"))
    )
    held = list(goods_of(Reservation.objects.held().filter(point=desk.point)))
    owed = owed_for(held)
    sales = PointAct.objects.filter(point=desk.point, kind=PointAct.Kind.SALE).prefetch_related("lines")
    return {
        "at": clock.now().isoformat(),
        "account": account_for_device(desk.point),
        "goods": [_good(record) for record in records.order_by("product__title", "pk")[:MOST_GOODS]],
        "sales": [_sale(act) for act in sales[:MOST_SALES]],
        "reservations": [_reservation(each, owed[each.pk]) for each in held],
    }


def _good(record: StockRecord) -> dict:
    product = record.product
    title = product.get_title()
    codes = {product.upc, record.partner_sku, product.certification.code if product.certification else None}
    return {
        "record": record.pk,
        "product": product.pk,
        "producer": product.producer_id or (product.parent and product.parent.producer_id),
        "title": title,
        "folded": fold(title),
        "codes": sorted(filter(None, codes)),
        "price": int(record.price),
        "reserved": record.num_allocated,
        "batches": [_batch(each) for each in record.lying],
    }


def _batch(batch: Batch) -> dict:
    return {
        "batch": batch.pk,
        "expires_on": batch.expires_on.isoformat() if batch.expires_on else None,
        "lot": batch.lot,
        "left": batch.quantity_left,
    }


def _sale(act: PointAct) -> dict:
    """A sale of which goods may come back, and how many of each still can."""
    return {
        "sale": str(act.client_id),
        "number": act.number,
        "lines": [
            {
                "record": line.stock_record_id,
                "title": line.title,
                "quantity": line.quantity - line.returned_quantity,
                "price": line.unit_price,
            }
            for line in act.lines.all()
        ],
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
