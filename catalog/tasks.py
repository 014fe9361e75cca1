"""Work of the catalogue that is done after the commit."""

from django.utils.translation import gettext_lazy as _

from catalog.domain.picturing import picture_products
from catalog.models import Product
from marketplace.core.tasks import retrying_task


@retrying_task(attempts=3, title=_("Draw the missing pictures of products"))
def illustrate_products(product_ids: list[int]) -> None:
    """Draw the missing pictures of these products; may run twice."""
    picture_products(list(Product.objects.for_cards().filter(pk__in=product_ids)))
