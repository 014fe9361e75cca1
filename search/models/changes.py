from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class PendingChange(models.Model):
    """A change that the search index has not taken in yet.

    Rows are written by triggers of the database (`search.triggers`), in the transaction of the change, so
    that a change and its row are there together, whoever made it and however it ended. The indexer removes a
    row when the index holds what it says.
    """

    class Kind(models.TextChoices):
        PRODUCT = "product", _("Product")
        SELLER = "seller", _("Seller")
        CATEGORY = "category", _("Category")
        REGIONS = "regions", _("Regions")
        ORDER = "order", _("Order")

    kind = models.CharField(_("Kind"), max_length=10, choices=Kind)
    key = models.BigIntegerField(_("Id"), help_text=_("Of the product, seller, category or order."))
    at = models.DateTimeField(_("At"), db_default=Now())

    class Meta:
        verbose_name = _("Change to be indexed")
        verbose_name_plural = _("Changes to be indexed")
        ordering = ["id"]

    def __str__(self):
        return f"{self.kind} {self.key}"
