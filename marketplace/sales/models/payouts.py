from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.payments.models import MoneyFile
from marketplace.payments.models.visible import MoneyQuerySet
from producers.models import Partner

from .seller_orders import SellerOrder


class PayoutState(models.TextChoices):
    SETTLED = "settled", _("As it should be")
    DIFFERS = "differs", _("Another amount")
    UNKNOWN = "unknown", _("Unknown tracking number")
    CLEARED = "cleared", _("Cleared by hand")


class CarrierPayout(models.Model):
    """Money of one parcel, collected at the door, that a carrier handed over to the seller; whole VND.

    A payment in cash counts as paid when the parcel is delivered; this is whether the carrier has passed the
    money on, as the carrier's list or the seller says.
    """

    State = PayoutState

    seller = models.ForeignKey(
        Partner, verbose_name=_("Seller"), on_delete=models.PROTECT, related_name="carrier_payouts"
    )
    seller_order = models.ForeignKey(
        SellerOrder,
        verbose_name=_("Seller order"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="payouts",
    )
    fingerprint = models.CharField(_("Fingerprint"), max_length=64, editable=False)
    tracking_number = models.CharField(_("Tracking number"), max_length=40, blank=True)
    amount = models.PositiveBigIntegerField(_("Amount (VND)"))
    expected = models.PositiveBigIntegerField(_("Expected (VND)"), default=0)
    paid_on = models.DateField(_("Paid on"), null=True, blank=True)
    state = models.CharField(_("State"), max_length=10, choices=PayoutState)
    note = models.CharField(_("Note"), max_length=255, blank=True)
    file = models.ForeignKey(
        MoneyFile,
        verbose_name=_("File"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="payouts",
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Actor"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    noted_at = models.DateTimeField(_("Noted"), auto_now_add=True)

    objects = MoneyQuerySet.as_manager()

    class Meta:
        verbose_name = _("Carrier's payout")
        verbose_name_plural = _("Carrier's payouts")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["seller", "fingerprint"], name="payout_counted_once")]
        indexes = [models.Index(fields=["seller", "state", "-id"], name="payouts_by_state")]

    def __str__(self):
        return f"{self.tracking_number}: {self.amount} VND"
