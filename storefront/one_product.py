"""One product with what its page and the basket read of it."""

from django.db.models import Exists, F, OuterRef, QuerySet

from catalog.models import Category, Product
from marketplace.core.prepared import Prepared
from producers.models import StockRecord, Story
from search.scope import Tree
from storefront.cards import SET_ID, own_record


def find_product(pk: int, tree: Tree | None = None) -> Product | None:
    """A product that has a page, with seller, places, set and stock record; None if there is none.

    One query, and another for the set where there is no tree to take it from.
    """
    found = _PRODUCT.objects(pk=pk)
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
    )


def _product_query(pk: int) -> QuerySet:
    return (
        Product.objects.reachable()
        .filter(pk=pk)
        .select_related(
            "product_class", "producer__region__parent", "region__parent", "recorded_region__parent__parent"
        )
        .annotate(
            own_record=own_record(),
            record_id=F("own_record__pk"),
            asked=F("own_record__price"),
            in_stock=F("own_record__num_in_stock"),
            allocated=F("own_record__num_allocated"),
            set_id=SET_ID,
            has_stories=Exists(Story.objects.public().filter(product=OuterRef("pk"))),
        )
    )


_PRODUCT = Prepared(_product_query, pk=int)
_CATEGORY = Prepared(lambda pk: Category.objects.filter(pk=pk), pk=int)
