from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.core.models import Step


class PaymentState(models.TextChoices):
    AWAITING = "awaiting", _("Awaiting payment")
    PARTLY_PAID = "partly_paid", _("Partly paid")
    PAID = "paid", _("Paid")
    OVERPAID = "overpaid", _("Overpaid")
    PARTLY_REFUNDED = "partly_refunded", _("Partly refunded")
    REFUNDED = "refunded", _("Refunded")
    CANCELLED = "cancelled", _("Cancelled")


#: Of these the seller has more than is due.
OWING_REFUND = Q(due__lt=F("received") - F("refunded"))
#: Of these something goes back for goods; not those that were cancelled before any money came.
LOWERED = Q(due__lt=F("amount"), received__gt=0)


class PaymentQuerySet(models.QuerySet):
    def open(self):
        """Those of which the buyer still owes something."""
        return self.filter(due__gt=F("received") - F("refunded"))

    def owing_refunds(self):
        """Those of which the seller has more than is owed: paid twice, too much, or after the end."""
        return self.filter(OWING_REFUND)


class Payment(models.Model):
    """An amount in whole VND that a buyer owes or has paid to one seller under a reference.

    It knows amounts and references, not orders; the seller is paid directly and the platform holds no money.
    ``due`` is what of ``amount`` the seller is to keep: nothing once it is cancelled, less once goods came
    back. States are rows of ``PaymentEvent``; ``state`` repeats the newest, as `state_of` names it.
    """

    State = PaymentState

    reference = models.CharField(_("Reference"), max_length=40, db_index=True)
    method = models.CharField(_("Method"), max_length=20)
    amount = models.PositiveBigIntegerField(_("Amount (VND)"))
    due = models.PositiveBigIntegerField(
        _("Due (VND)"), help_text=_("What the seller is to keep of the amount.")
    )
    received = models.PositiveBigIntegerField(
        _("Received (VND)"), default=0, help_text=_("The sum of all that came in.")
    )
    refunded = models.PositiveBigIntegerField(
        _("Refunded (VND)"), default=0, help_text=_("The sum of its refunds.")
    )
    state = models.CharField(_("State"), max_length=16, choices=PaymentState, default=PaymentState.AWAITING)
    created_at = models.DateTimeField(_("Created"), auto_now_add=True)
    owed_since = models.DateTimeField(
        _("Owed back since"),
        null=True,
        blank=True,
        help_text=_("When the seller came to have more than is due; empty when that is not so."),
    )

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("Payment")
        verbose_name_plural = _("Payments")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["owed_since", "id"], condition=OWING_REFUND, name="payments_owing_refunds"),
            models.Index(fields=["reference"], condition=LOWERED, name="payments_lowered"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["reference"], condition=Q(due__gt=0), name="one_open_payment_per_reference"
            ),
            models.CheckConstraint(
                condition=Q(refunded__lte=F("received")), name="payment_refunded_at_most_received"
            ),
            models.CheckConstraint(condition=Q(due__lte=F("amount")), name="payment_due_at_most_amount"),
        ]

    def __str__(self):
        return f"{self.reference}: {self.amount} VND, {self.get_state_display()}"

    @property
    def kept(self) -> int:
        """What the seller has of it now, in VND."""
        return self.received - self.refunded

    @property
    def outstanding(self) -> int:
        """What the buyer still owes, in VND."""
        return max(self.due - self.kept, 0)

    @property
    def refund_owed(self) -> int:
        """What the seller has to give back without anybody asking, in VND."""
        return max(self.kept - self.due, 0)

    @property
    def refundable(self) -> int:
        """How much can be given back, in VND; a payment that is short is completed or cancelled first."""
        return 0 if self.outstanding else self.kept

    @property
    def is_awaited(self) -> bool:
        return self.outstanding > 0


def state_of(payment: Payment) -> PaymentState:
    """The word for the sums of a payment; nothing else decides it."""
    kept, is_cancelled = payment.kept, payment.due == 0 < payment.amount
    if not payment.received:
        return PaymentState.CANCELLED if is_cancelled else PaymentState.AWAITING
    if payment.refunded and kept == 0:
        return PaymentState.REFUNDED
    if payment.refunded and kept < payment.amount:
        return PaymentState.PARTLY_REFUNDED
    if is_cancelled:
        return PaymentState.CANCELLED
    if kept < payment.due:
        return PaymentState.PARTLY_PAID
    return PaymentState.OVERPAID if kept > payment.due else PaymentState.PAID


class PaymentEvent(Step):
    """One step in the history of a payment; the database refuses to change it afterwards."""

    payment = models.ForeignKey(
        Payment, verbose_name=_("Payment"), on_delete=models.CASCADE, related_name="events"
    )
    state = models.CharField(_("State"), max_length=16, choices=PaymentState)
    moved = models.BigIntegerField(
        _("Moved (VND)"), default=0, help_text=_("What came in by this step, below zero what went back.")
    )
    note = models.CharField(_("Note"), max_length=255, blank=True)

    class Meta(Step.Meta):
        verbose_name = _("Payment event")
        verbose_name_plural = _("Payment events")
