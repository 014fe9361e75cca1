"""Pictures for things that have none of their own: a stall, a village, a story show a product's."""

from collections.abc import Iterable

from catalog.models import ProductImage


def first_pictures(product_ids: Iterable[int | None]) -> dict[int, ProductImage]:
    """The first picture of each of these products, in one query; products without one are left out."""
    wanted = {pk for pk in product_ids if pk is not None}
    images = ProductImage.objects.filter(product__in=wanted).select_related("product")
    found: dict[int, ProductImage] = {}
    for image in images.order_by("display_order", "pk"):
        found.setdefault(image.product_id, image)
    return found
