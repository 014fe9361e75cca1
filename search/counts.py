"""Numbers of products beside the things that they can be chosen by."""

from django.db.models import Count, QuerySet

from catalog.models import Product

ProductCategory = Product.categories.through


def by_category(products: QuerySet) -> dict[int, int]:
    """Numbers of products by the id of the group or set that they stand in itself."""
    counted = (
        ProductCategory.objects.filter(product__in=products.values("pk"))
        .values_list("category")
        .annotate(number=Count("product", distinct=True))
        .order_by()
    )
    return dict(counted)
