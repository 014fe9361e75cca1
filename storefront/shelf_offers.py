"""What points of sale have of a product, and of all products on one point's shelf."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Case, Value, When

from catalog.models import Product
from marketplace.core.distance import Placed
from producers.domain.nearby import FEW, IN_STOCK, Place, level_of, where_to_buy
from producers.models import PointOfSale, StockRecord
from search.scope import Tree
from storefront.cards import Card, cards
from storefront.one_product import variants_of

PER_PAGE = 24


@dataclass(frozen=True)
class Offer:
    """A product, or one of its packs, on the shelf of a point."""

    product: Product
    place: Place

    @property
    def kind(self) -> str:
        """How the band is marked beside its words."""
        return {IN_STOCK: "ok", FEW: "warn"}.get(self.place.level, "")

    @property
    def can_reserve(self) -> bool:
        """Whether the point keeps one for a buyer now."""
        product = self.product
        is_sold = product.is_listed and product.producer_id is not None and product.is_sold_online
        return is_sold and not product.is_booked and self.place.can_reserve


def packs_of(product: Product) -> dict[int, Product]:
    """A product from `find_product` and its variants, by their keys; a query only where it has some."""
    return {each.pk: each for each in (product, *variants_of(product))}


def offers_of(
    product: Product, near: Placed | None = None, *, in_stock: bool = False
) -> dict[int, list[Offer]]:
    """What points have of a product, by the points' keys: the nearest first, or those that have some."""
    packs = packs_of(product)
    offers: dict[int, list[Offer]] = {}
    for place in where_to_buy(list(packs), near=near):
        if place.can_reserve or not in_stock:
            offers.setdefault(place.point_id, []).append(Offer(packs[place.product_id], place))
    return offers


def give_offers(points: Iterable[PointOfSale], offers: dict[int, list[Offer]]) -> None:
    """Each point gets its ``offers``, for its row."""
    for point in points:
        point.offers = offers.get(point.pk, [])


def shelf_page(point: PointOfSale, number: str | None) -> Page:
    """A page of what a point that sells already has on its shelf: what can be bought first, then by name."""
    on_shelf = (
        StockRecord.objects.on_sale(Product.objects.listed().values("pk"))
        .filter(partner=point.seller_id)
        .with_sellable()
        .order_by(Case(When(sellable__gt=0, then=Value(0)), default=Value(1)), "product__title", "pk")
    )
    return Paginator(on_shelf if point.keeps_for_buyers else on_shelf.none(), PER_PAGE).get_page(number)


def shelf_cards(records: Sequence[StockRecord], point: PointOfSale, tree: Tree) -> list[Card]:
    """Cards of what lies on a point's shelf, at the point's price."""
    by_product = {record.product_id: record for record in records}
    found = cards(list(by_product), tree)
    for card in found:
        record = by_product[card.pk]
        card.shelf, card.price, card.available = record.pk, int(record.price), record.sellable
        card.level = level_of(record.sellable).label if record.sellable else ""
        card.is_paused = point.seller.is_paused
    return found
