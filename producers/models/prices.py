from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class PriceChange(models.Model):
    """One change of a stock record's price, written with it and never changed afterwards.

    Amounts are whole VND; None stands for no price, which means not for sale.
    """

    stock_record = models.ForeignKey(
        "partner.StockRecord",
        verbose_name=_("Stock record"),
        on_delete=models.CASCADE,
        related_name="price_changes",
    )
    before = models.PositiveBigIntegerField(_("Before (VND)"), null=True, blank=True)
    price = models.PositiveBigIntegerField(_("Price (VND)"), null=True, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Actor"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField(_("At"), auto_now_add=True)

    class Meta:
        verbose_name = _("Change of price")
        verbose_name_plural = _("Changes of prices")
        ordering = ["-id"]

    def __str__(self):
        return f"{self.before} → {self.price}"
