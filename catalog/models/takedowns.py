from django.db import models
from django.utils.translation import gettext_lazy as _

from producers.models.measures import Measure

from .products import Product


class TakeDown(Measure):
    """A listing goes from the site until this is lifted."""

    product = models.ForeignKey(
        Product, verbose_name=_("Product"), on_delete=models.PROTECT, related_name="take_downs"
    )

    class Meta(Measure.Meta):
        verbose_name = _("Take-down")
        verbose_name_plural = _("Take-downs")

    def __str__(self):
        return f"{self.product}: {self.state.label}"
