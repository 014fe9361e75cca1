from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.core.models import Step


class PaymentState(models.TextChoices):
    AWAITING = "awaiting", _("Awaiting payment")
    PAID = "paid", _("Paid")
    CANCELLED = "cancelled", _("Cancelled")
    REFUNDED = "refunded", _("Refunded")


class Payment(models.Model):
    """An amount in whole VND that a buyer owes or has paid to one seller under a reference.

    It knows amounts and references, not orders; the seller is paid directly and the platform
    holds no money. States are rows of ``PaymentEvent``; ``state`` repeats the newest.
    """

    State = PaymentState

    reference = models.CharField(_("Reference"), max_length=40, db_index=True)
    method = models.CharField(_("Method"), max_length=20)
    amount = models.PositiveBigIntegerField(_("Amount (VND)"))
    refunded = models.PositiveBigIntegerField(
        _("Refunded (VND)"), default=0, help_text=_("The sum of its refunds.")
    )
    state = models.CharField(_("State"), max_length=10, choices=PaymentState, default=PaymentState.AWAITING)
    created_at = models.DateTimeField(_("Created"), auto_now_add=True)

    class Meta:
        verbose_name = _("Payment")
        verbose_name_plural = _("Payments")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["reference"],
                condition=Q(state__in=["awaiting", "paid"]),
                name="one_open_payment_per_reference",
            ),
            models.CheckConstraint(
                condition=Q(refunded__lte=models.F("amount")), name="payment_refunded_at_most_amount"
            ),
        ]

    def __str__(self):
        return f"{self.reference}: {self.amount} VND, {self.get_state_display()}"

    @property
    def refundable(self) -> int:
        """How much of what was paid can still be given back, in VND."""
        is_paid = self.state in (PaymentState.PAID, PaymentState.REFUNDED)
        return self.amount - self.refunded if is_paid else 0


class PaymentEvent(Step):
    """One step in the history of a payment, never changed afterwards."""

    payment = models.ForeignKey(
        Payment, verbose_name=_("Payment"), on_delete=models.CASCADE, related_name="events"
    )
    state = models.CharField(_("State"), max_length=10, choices=PaymentState)
    note = models.CharField(_("Note"), max_length=255, blank=True)

    class Meta(Step.Meta):
        verbose_name = _("Payment event")
        verbose_name_plural = _("Payment events")
