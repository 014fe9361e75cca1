"""What a stall's and a product's page say of the promotions that run without a code."""

from catalog.models import Product
from marketplace.sales.domain import discounts
from marketplace.sales.models import Promotion
from producers.models import Partner


def on_stall(stall: Partner) -> list[Promotion]:
    """What runs for goods of a stall, the oldest first; one query where nothing does."""
    return discounts.running({stall.pk})


def on_product(product: Product) -> list[Promotion]:
    """What runs for a product as its producer sells it; one query where nothing does."""
    seller = product.producer_id
    running = discounts.running({seller}) if seller is not None else []
    return [each for each in running if each.is_delivery or each.covers(product, seller)]
