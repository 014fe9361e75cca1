from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .products import Product


class PackPart(models.Model):
    """What lies in a gift pack: a product, or a variant of one, and how many of it."""

    pack = models.ForeignKey(
        Product, verbose_name=_("Gift pack"), on_delete=models.CASCADE, related_name="parts"
    )
    part = models.ForeignKey(
        Product, verbose_name=_("Product"), on_delete=models.PROTECT, related_name="packs"
    )
    quantity = models.PositiveSmallIntegerField(_("Quantity"), default=1, validators=[MinValueValidator(1)])

    class Meta:
        verbose_name = _("Part of a gift pack")
        verbose_name_plural = _("Parts of gift packs")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["pack", "part"], name="one_row_per_part_of_a_pack"),
            models.CheckConstraint(condition=~Q(pack=F("part")), name="pack_is_no_part_of_itself"),
        ]

    def __str__(self):
        return f"{self.quantity} × {self.part}"
