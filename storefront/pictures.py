"""Pictures for things that have none of their own: a stall, a village, a story show a product's."""

from collections.abc import Iterable

from django.db.models import QuerySet

from catalog.models import ProductImage
from marketplace.core.prepared import Prepared


def first_pictures(product_ids: Iterable[int | None]) -> dict[int, ProductImage]:
    """The first picture of each of these products, in one query; products without one are left out."""
    wanted = sorted({pk for pk in product_ids if pk is not None})
    found: dict[int, ProductImage] = {}
    for image in _PICTURES.objects(products=wanted) if wanted else ():
        found.setdefault(image.product_id, image)
    return found


def _pictures(products: list[int]) -> QuerySet:
    images = ProductImage.objects.filter(product__in=products).select_related("product")
    return images.order_by("display_order", "pk")


_PICTURES = Prepared(_pictures, products=[int])
