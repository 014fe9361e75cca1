"""Work of the catalogue that is done after the commit."""

from django_tasks import task

from catalog.domain.picturing import picture_products
from catalog.models import Product


@task()
def illustrate_products(product_ids: list[int]) -> None:
    """Draw the missing pictures of these products; may run twice."""
    picture_products(list(Product.objects.for_cards().filter(pk__in=product_ids)))
