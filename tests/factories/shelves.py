"""Goods on the shelf of a point of sale, over the real acts."""

import datetime

from catalog.models import Product
from producers.domain import shelf
from producers.domain.acts import By
from producers.domain.shelf import Arrival
from producers.models import Batch, PointAct, PointOfSale, StockRecord
from tests.factories.catalog import make_product
from tests.factories.points import make_point

UNIT_COST = 30_000
PRICE = 45_000


def make_shelf(
    *, point: PointOfSale | None = None, product: Product | None = None, quantity: int = 10, **fields
) -> StockRecord:
    """Goods of one product on consignment in one batch; a new product at a new point where none is named."""
    point = point or make_point()
    product = product or make_product()
    bring(point, product, quantity, **fields)
    return StockRecord.objects.select_related("product", "partner__point").get(
        product=product, partner=point.seller
    )


def bring(point: PointOfSale, product: Product, quantity: int, *, paper: str = "", **fields) -> PointAct:
    """A producer brings some of a product."""
    arrival = Arrival(product, quantity, **{"unit_cost": UNIT_COST, "price": PRICE, **fields})
    return shelf.receive(point, [arrival], by=By(), paper=paper)


def batch_of(record: StockRecord, *, expires_on: datetime.date | None = None) -> Batch:
    """The one batch of a record with this last day."""
    return record.batches.get(expires_on=expires_on)
