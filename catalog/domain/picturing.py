"""Drawn pictures for products that have no photo."""

from collections.abc import Callable, Iterable, Sequence

from django.db import transaction

from catalog.illustrations import Picture, Request, illustrate_many
from catalog.models import Category, Product, ProductImage
from marketplace.core.pictures import store_in_widths

FOLDER = "products"


def _silent(steps: Iterable, **_description) -> Iterable:
    return steps


def picture_products(products: Sequence[Product], *, processes: int = 1, progress: Callable = _silent) -> int:
    """Draw a picture for each of these products that has none; returns how many were made.

    Take the products from ``for_cards()``. Several ``processes`` draw faster than one and need their own
    start; what is drawn is kept as it comes, so that an interruption loses little. ``progress`` wraps the
    pictures as tqdm does.
    """
    missing = {str(product.pk): product for product in products if product.picture is None}
    drawn = illustrate_many([_request(product) for product in missing.values()], processes)
    for key, files in progress(drawn, total=len(missing), desc="pictures", unit=" pictures"):
        _keep(missing[key], files)
    return len(missing)


def _request(product: Product) -> Request:
    category: Category | None = product.category
    picture = Picture(
        name=product.title,
        key=product.natural_key or product.slug,
        set_number=category.set_number if category else None,
        group=category.code if category else None,
    )
    return Request(key=str(product.pk), picture=picture)


def _keep(product: Product, files: dict[int, bytes]) -> None:
    name = store_in_widths(files, FOLDER, product.slug[:60].strip("-"))
    with transaction.atomic():
        Product.objects.select_for_update().get(pk=product.pk)
        if not ProductImage.objects.filter(product=product).exists():
            ProductImage.objects.create(product=product, original=name, kind=ProductImage.Kind.ILLUSTRATION)
