from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Product


class ProductScore(models.Model):
    """How many shown reviews a product has and what their ratings come to.

    Kept by `marketplace.reviews.domain.reviewing` beside the reviews, so that a product's page needs no
    counting. A buyers' score has nothing to do with the stars of a certification.
    """

    product = models.OneToOneField(
        Product,
        verbose_name=_("Product"),
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="buyer_score",
    )
    count = models.PositiveIntegerField(_("Number of reviews"), default=0)
    total = models.PositiveIntegerField(_("Sum of the ratings"), default=0)

    class Meta:
        verbose_name = _("Score of a product")
        verbose_name_plural = _("Scores of products")

    def __str__(self):
        return f"{self.product_id}: {self.total}/{self.count}"
