from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .sellers import Partner


class DailyVisits(models.Model):
    """How often the page of a stall, or of one of its products, was opened on a day in Hà Nội.

    A number and nothing about who: no cookie, no address, no account.
    """

    seller = models.ForeignKey(
        Partner, verbose_name=_("Seller"), on_delete=models.CASCADE, related_name="daily_visits"
    )
    product = models.ForeignKey(
        "catalogue.Product",
        verbose_name=_("Product"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="daily_visits",
        help_text=_("Empty: the stall's own page."),
    )
    day = models.DateField(_("Day"))
    visits = models.PositiveIntegerField(_("Visits"), default=0)

    class Meta:
        verbose_name = _("Visits of a day")
        verbose_name_plural = _("Visits of days")
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "day"], condition=Q(product=None), name="one_count_per_stall_and_day"
            ),
            models.UniqueConstraint(
                fields=["product", "day"],
                condition=Q(product__isnull=False),
                name="one_count_per_product_and_day",
            ),
        ]
        indexes = [models.Index(fields=["seller", "day"], name="visits_of_seller_by_day")]

    def __str__(self):
        return f"{self.day}: {self.visits}"
