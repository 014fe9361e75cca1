"""What points of sale have of a product, and of all products on one point's shelf."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.core.paginator import Page, Paginator
from django.db.models import Case, Q, Value, When

from catalog.models import Product
from catalog.models.products import is_other_pack
from marketplace.core.addresses import address
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
        if place.sellable or not in_stock:
            offers.setdefault(place.point_id, []).append(Offer(packs[place.product_id], place))
    return offers


def give_offers(points: Iterable[PointOfSale], offers: dict[int, list[Offer]]) -> None:
    """Each point gets its ``offers``, for its row."""
    for point in points:
        point.offers = offers.get(point.pk, [])


def shelf_page(point: PointOfSale, number: str | None) -> Page:
    """A page of what a point that sells already has on its shelf: what can be bought first, then by name."""
    listed = Product.objects.listed().values("pk")
    packs = Product.objects.filter(Q(pk__in=listed) | is_other_pack() & Q(parent__in=listed))
    on_shelf = (
        StockRecord.objects.on_sale(packs.values("pk"))
        .filter(partner=point.seller_id)
        .with_sellable()
        .select_related("product")
        .order_by(Case(When(sellable__gt=0, then=Value(0)), default=Value(1)), "product__title", "pk")
    )
    return Paginator(on_shelf if point.keeps_for_buyers else on_shelf.none(), PER_PAGE).get_page(number)


def shelf_cards(records: Sequence[StockRecord], point: PointOfSale, tree: Tree) -> list[Card]:
    """Cards of what lies on a point's shelf, at the point's price."""
    products = {record.pk: record.product.parent_id or record.product_id for record in records}
    found = {card.pk: card for card in cards(list(set(products.values())), tree, with_packs=False)}
    return [_on_shelf(found[products[record.pk]], record, point) for record in records]


def _on_shelf(card: Card, record: StockRecord, point: PointOfSale) -> Card:
    """The card of a product as the pack of it that a point has."""
    pack = record.product
    return replace(
        card,
        pk=pack.pk,
        title=pack.title,
        title_en=pack.title_en,
        display_title=pack.display_title,
        title_language=pack.title_language,
        basket_url=address("basket:add", pack.pk),
        unit_label=pack.pack_label,
        shelf=record.pk,
        price=int(record.price),
        available=record.sellable,
        level=level_of(record.sellable).label if record.sellable else "",
        is_paused=point.seller.is_paused,
    )
