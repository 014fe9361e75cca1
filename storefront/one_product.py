"""One product with what its page and the basket read of it."""

from django.db.models import Exists, F, OuterRef, QuerySet

from catalog.models import Category, Product
from marketplace.core.keys import LARGEST_KEY, key_of
from marketplace.core.prepared import Prepared
from marketplace.sales.domain.quote import booking_terms
from producers.models import Departure, Partner, StockRecord, Story
from search.scope import Tree
from storefront.cards import SET_ID, own_record

MOST_DATES = 60
"""Dates that a product's page offers; later ones come up as these pass."""


def find_product(pk: int, tree: Tree | None = None) -> Product | None:
    """A product that has a page, with seller, places, set and stock record; None if there is none.

    One query, and another for the set where there is no tree to take it from.
    """
    return _complete(_found(_PRODUCT, pk), tree)


def find_buyable(pk: int) -> Product | None:
    """As `find_product`, or one of a product's variants, which have no page of their own."""
    return _complete(_found(_BUYABLE, pk))


def variants_of(product: Product) -> list[Product]:
    """The public variants of a product from `find_product`, in the order in which they were made."""
    if not product.has_variants:
        return []
    found = _VARIANTS.objects(parent=product.pk)
    for variant in found:
        variant.parent, variant.producer, variant.category = product, product.producer, product.category
        variant.certification = product.certification
        variant.stock_record = _stock_record(variant)
    return found


def dates_of(product: Product) -> list[Departure]:
    """The dates of a product for which a booking fits, the next first: at most `MOST_DATES`."""
    terms = booking_terms(product)
    fitting = product.departures.bookable().filter(
        stock_record__num_in_stock__gte=F("stock_record__num_allocated") + terms.least
    )
    return list(fitting.in_order().select_related("stock_record")[:MOST_DATES])


def find_departure(product: Product, pk: str) -> Departure | None:
    """The date of this product that a form names; None for any other."""
    return product.departures.filter(pk=key_of(pk)).select_related("stock_record").first()


def find_shelf(product: Product, pk: str) -> StockRecord | None:
    """The stock record of this product at a point of sale that a form names; None for any other."""
    shelves = StockRecord.objects.with_expired().select_related("partner__point")
    return shelves.filter(pk=key_of(pk), product=product, partner__kind=Partner.Kind.POINT).first()


def _found(query: Prepared, pk: int) -> list[Product]:
    """What a query finds under a key; nothing under a number out of an address that no key can be."""
    return query.objects(pk=pk) if pk <= LARGEST_KEY else []


def _complete(found: list[Product], tree: Tree | None = None) -> Product | None:
    if not found:
        return None
    product = found[0]
    sets = tree if tree is not None else _CATEGORY.objects(pk=product.set_id or 0)
    product.category = next((each for each in sets if each.pk == product.set_id), None)
    product.stock_record = _stock_record(product)
    return product


def _stock_record(product: Product) -> StockRecord | None:
    if product.record_id is None:
        return None
    return StockRecord(
        pk=product.record_id,
        product=product,
        partner=product.producer,
        price=product.asked,
        num_in_stock=product.in_stock,
        num_allocated=product.allocated,
        bookable_until=product.bookable_until,
    )


def _product_query(pk: int) -> QuerySet:
    return _with_all(Product.objects.reachable().filter(pk=pk))


def _buyable_query(pk: int) -> QuerySet:
    return _with_all(Product.objects.buyable().filter(pk=pk).select_related("parent"))


def _variants_query(parent: int) -> QuerySet:
    return (
        Product.objects.filter(parent=parent, is_public=True)
        .annotate(
            own_record=own_record(),
            record_id=F("own_record__pk"),
            asked=F("own_record__price"),
            in_stock=F("own_record__num_in_stock"),
            allocated=F("own_record__num_allocated"),
            bookable_until=F("own_record__bookable_until"),
        )
        .order_by("pk")
    )


def _with_all(products: QuerySet) -> QuerySet:
    return products.select_related(
        "product_class", "producer__region__parent", "region__parent", "recorded_region__parent__parent"
    ).annotate(
        own_record=own_record(),
        record_id=F("own_record__pk"),
        asked=F("own_record__price"),
        in_stock=F("own_record__num_in_stock"),
        allocated=F("own_record__num_allocated"),
        bookable_until=F("own_record__bookable_until"),
        set_id=SET_ID,
        review_count=F("buyer_score__count"),
        review_total=F("buyer_score__total"),
        has_variants=Exists(Product.objects.filter(parent=OuterRef("pk"), is_public=True)),
        has_stories=Exists(Story.objects.public().filter(product=OuterRef("pk"))),
    )


_PRODUCT = Prepared(_product_query, pk=int)
_BUYABLE = Prepared(_buyable_query, pk=int)
_VARIANTS = Prepared(_variants_query, parent=int)
_CATEGORY = Prepared(lambda pk: Category.objects.filter(pk=pk), pk=int)
