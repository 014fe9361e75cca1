from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.core.models import Step
from producers.models import Partner

from .awaited import Awaited
from .payments import Payment
from .visible import MoneyQuerySet

CODE_LENGTH = 12


class TransferRequest(Awaited):
    """What makes a payment one by bank transfer: to whom, under which code, and until when.

    ``code`` is what the buyer writes into the transfer (`marketplace.payments.transfer_codes`).
    """

    payment = models.OneToOneField(
        Payment, verbose_name=_("Payment"), on_delete=models.PROTECT, related_name="transfer_request"
    )
    seller = models.ForeignKey(
        Partner, verbose_name=_("Seller"), on_delete=models.PROTECT, related_name="transfer_requests"
    )
    code = models.CharField(_("Transfer code"), max_length=CODE_LENGTH, unique=True)

    class Meta:
        verbose_name = _("Requested transfer")
        verbose_name_plural = _("Requested transfers")
        ordering = ["id"]

    def __str__(self):
        return f"{self.code}: {self.payment_id}"


class FileKind(models.TextChoices):
    BANK = "bank", _("Bank statement")
    CARRIER = "carrier", _("Carrier's list of collected money")


class MoneyFileState(models.TextChoices):
    SENT = "sent", _("Columns to be named")
    READING = "reading", _("Being read")
    READ = "read", _("Read")
    FAILED = "failed", _("Not readable")


class MoneyFile(models.Model):
    """A file that a seller sent to have money recognised: a bank's statement or a carrier's list.

    ``heads`` is what a person said of this file, so that another one named meanwhile changes nothing of how
    it is read. The file itself is removed once it was read; what is left are the counts.
    """

    Kind = FileKind
    State = MoneyFileState

    seller = models.ForeignKey(
        Partner, verbose_name=_("Seller"), on_delete=models.CASCADE, related_name="money_files"
    )
    kind = models.CharField(_("Kind"), max_length=10, choices=FileKind)
    name = models.CharField(_("Name"), max_length=200)
    stored_as = models.CharField(_("Stored as"), max_length=200, blank=True)
    state = models.CharField(_("State"), max_length=10, choices=MoneyFileState, default=MoneyFileState.SENT)
    heads = models.JSONField(
        _("Heads"), default=dict, blank=True, help_text=_("The head of the column, by what it holds.")
    )
    problem = models.CharField(_("Problem"), max_length=500, blank=True)
    lines = models.PositiveIntegerField(_("Lines"), default=0)
    new = models.PositiveIntegerField(_("New"), default=0)
    matched = models.PositiveIntegerField(_("Matched"), default=0)
    repeated = models.PositiveIntegerField(_("Known already"), default=0)
    left_out = models.PositiveIntegerField(_("Left out"), default=0)
    sent_at = models.DateTimeField(_("Sent"), auto_now_add=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Sent by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = MoneyQuerySet.as_manager()

    class Meta:
        verbose_name = _("File with money")
        verbose_name_plural = _("Files with money")
        ordering = ["-id"]

    def __str__(self):
        return self.name


class ColumnMapping(models.Model):
    """Under which heads one of a seller's banks or carriers writes what: asked once, used for its next file.

    ``fingerprint`` tells files with the same line of heads from those of other banks; it is empty where that
    line was not kept.
    """

    seller = models.ForeignKey(
        Partner, verbose_name=_("Seller"), on_delete=models.CASCADE, related_name="column_mappings"
    )
    kind = models.CharField(_("Kind"), max_length=10, choices=FileKind)
    fingerprint = models.CharField(_("Fingerprint"), max_length=64, blank=True, editable=False)
    heads = models.JSONField(_("Heads"), help_text=_("The head of the column, by what it holds."))

    class Meta:
        verbose_name = _("Named columns")
        verbose_name_plural = _("Named columns")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "kind", "fingerprint"], name="one_column_mapping_per_line_of_heads"
            )
        ]

    def __str__(self):
        return f"{self.seller_id}, {self.kind}"


class TransferSource(models.TextChoices):
    FILE = "file", _("Bank statement")
    NOTIFICATION = "notification", _("Notification of the bank")
    HAND = "hand", _("Noted by hand")


class TransferState(models.TextChoices):
    UNMATCHED = "unmatched", _("Belongs to no order yet")
    MATCHED = "matched", _("Matched")
    TO_REFUND = "to_refund", _("To be refunded")
    REFUNDED = "refunded", _("Refunded")
    SET_ASIDE = "set_aside", _("Not for an order")


class Transfer(models.Model):
    """Money that came into a seller's account, in whole VND: once, however often we are told of it.

    It is written before it is acknowledged, and belongs to at most one payment. Of its ``state`` the rows of
    ``TransferStep`` are the history.
    """

    Source = TransferSource
    State = TransferState

    seller = models.ForeignKey(
        Partner, verbose_name=_("Seller"), on_delete=models.PROTECT, related_name="transfers"
    )
    source = models.CharField(_("Source"), max_length=12, choices=TransferSource)
    fingerprint = models.CharField(_("Fingerprint"), max_length=64, editable=False)
    amount = models.PositiveBigIntegerField(_("Amount (VND)"))
    booked_on = models.DateField(_("Booked on"), help_text=_("The bank's day, in Hà Nội."))
    bank_reference = models.CharField(_("Bank's number"), max_length=80, blank=True)
    content = models.CharField(_("Content"), max_length=500, blank=True)
    state = models.CharField(
        _("State"), max_length=10, choices=TransferState, default=TransferState.UNMATCHED
    )
    hint = models.CharField(_("Why it was not matched"), max_length=20, blank=True)
    payment = models.ForeignKey(
        Payment,
        verbose_name=_("Payment"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="transfers",
    )
    file = models.ForeignKey(
        MoneyFile,
        verbose_name=_("File"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="transfers",
    )
    noted_at = models.DateTimeField(_("Noted"), auto_now_add=True)

    objects = MoneyQuerySet.as_manager()

    class Meta:
        verbose_name = _("Incoming transfer")
        verbose_name_plural = _("Incoming transfers")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["seller", "fingerprint"], name="transfer_counted_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="transfer_amount_is_positive"),
            models.CheckConstraint(
                condition=Q(state="matched", payment__isnull=False)
                | (~Q(state="matched") & Q(payment__isnull=True)),
                name="transfer_is_matched_with_a_payment",
            ),
        ]
        indexes = [models.Index(fields=["seller", "state", "-id"], name="transfers_by_state")]

    def __str__(self):
        return f"{self.amount} VND, {self.booked_on}"


class TransferStep(Step):
    """One step in the history of a transfer; the database refuses to change it afterwards."""

    transfer = models.ForeignKey(
        Transfer, verbose_name=_("Incoming transfer"), on_delete=models.CASCADE, related_name="steps"
    )
    state = models.CharField(_("State"), max_length=10, choices=TransferState)

    class Meta(Step.Meta):
        verbose_name = _("Step of a transfer")
        verbose_name_plural = _("Steps of transfers")
