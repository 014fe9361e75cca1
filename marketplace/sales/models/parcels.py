from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.sales.carriers import Carrier, carrier
from producers.models import Partner

from .seller_orders import SellerOrder


class Handover(models.Model):
    """Parcels that a seller gave to one carrier at one time, with the paper that both sign."""

    seller = models.ForeignKey(
        Partner, verbose_name=_("Seller"), on_delete=models.PROTECT, related_name="handovers"
    )
    carrier_code = models.CharField(_("Carrier"), max_length=20)
    at = models.DateTimeField(_("At"), auto_now_add=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Actor"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("Handover")
        verbose_name_plural = _("Handovers")
        ordering = ["-id"]
        indexes = [models.Index(fields=["seller", "-id"], name="handover_of_seller")]

    def __str__(self):
        return f"{self.seller_id}, {self.carrier_code}, {self.at}"

    @property
    def carrier(self) -> Carrier:
        return carrier(self.carrier_code)


class Parcel(models.Model):
    """How a seller order travels: by whom, under which number, and with which handover it left."""

    seller_order = models.OneToOneField(
        SellerOrder, verbose_name=_("Seller order"), on_delete=models.CASCADE, related_name="parcel"
    )
    carrier_code = models.CharField(_("Carrier"), max_length=20)
    tracking_number = models.CharField(_("Tracking number"), max_length=40, blank=True)
    handover = models.ForeignKey(
        Handover,
        verbose_name=_("Handover"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="parcels",
    )

    class Meta:
        verbose_name = _("Parcel")
        verbose_name_plural = _("Parcels")
        indexes = [models.Index(fields=["tracking_number"], name="parcels_by_tracking_number")]

    def __str__(self):
        return f"{self.carrier_code} {self.tracking_number}".strip()

    @property
    def carrier(self) -> Carrier:
        return carrier(self.carrier_code)

    @property
    def tracking_url(self) -> str:
        """Where the buyer follows it; empty without a number, or where nobody follows it."""
        return self.carrier.tracking_url(self.tracking_number)
