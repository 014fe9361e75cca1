from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .payments import Payment


class RefundWay(models.TextChoices):
    """How the money went back to the buyer."""

    CASH = "cash", _("In cash")
    TRANSFER = "transfer", _("Bank transfer")
    CARD = "card", _("Back to the card")
    OTHER = "other", _("Another way")


class Refund(models.Model):
    """Money in whole VND that a seller gave back of a payment, written down by hand or by a method.

    Like a payment it knows amounts and references, not orders or returns. The sum of a payment's refunds,
    less what of them failed on the way to a card, is ``Payment.refunded``; both are written by
    `marketplace.payments.domain.books` only.
    """

    Way = RefundWay

    payment = models.ForeignKey(
        Payment, verbose_name=_("Payment"), on_delete=models.PROTECT, related_name="refunds"
    )
    amount = models.PositiveBigIntegerField(_("Amount (VND)"))
    way = models.CharField(_("Way"), max_length=10, choices=RefundWay)
    proof = models.CharField(
        _("Reference"), max_length=80, blank=True, help_text=_("Such as the bank's number of the transfer.")
    )
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
        verbose_name = _("Refund")
        verbose_name_plural = _("Refunds")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="refund_amount_is_positive")
        ]

    def __str__(self):
        return f"{self.payment.reference}: {self.amount} VND"
