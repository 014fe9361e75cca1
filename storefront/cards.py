"""Products with all that a card shows."""

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery

from catalog.models import Product
from producers.models import StockRecord
from search.scope import Tree

ProductCategory = Product.categories.through


def cards(products: QuerySet, tree: Tree) -> list[Product]:
    """The products in their order, in three queries; their sets come out of the tree that the page has."""
    standing = ProductCategory.objects.filter(product=OuterRef("pk")).order_by("-category__depth", "category")
    found = list(
        products.for_cards()
        .prefetch_related(None)
        .prefetch_related(Prefetch("stockrecords", StockRecord.objects.order_by("pk")), "images")
        .annotate(set_id=Subquery(standing.values("category")[:1]))
    )
    by_id = {category.pk: category for category in tree}
    for product in found:
        product.category = by_id.get(product.set_id)
    return found
