from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.core import clock
from marketplace.core.models import Step
from marketplace.core.roles import Right
from marketplace.payments.models import Refund
from producers.models import Partner

from .messages import Message
from .seller_orders import SellerOrder, SellerOrderLine


class ReturnState(models.TextChoices):
    ASKED = "asked", _("Asked by the buyer")
    ACCEPTED = "accepted", _("Accepted, waiting for the goods")
    REFUSED = "refused", _("Refused by the seller")
    DECIDED = "decided", _("Decided by the office, refund due")
    RECEIVED = "received", _("Goods received, refund due")
    REFUNDED = "refunded", _("Refunded")
    WITHDRAWN = "withdrawn", _("Taken back by the buyer")


#: States in which somebody still has to do something.
OPEN_STATES = (ReturnState.ASKED, ReturnState.ACCEPTED, ReturnState.DECIDED, ReturnState.RECEIVED)
#: In these the seller is to give money back.
REFUND_DUE_STATES = (ReturnState.DECIDED, ReturnState.RECEIVED)
#: In these the seller is to do something by a day.
DUE_STATES = (ReturnState.ASKED, *REFUND_DUE_STATES)


class ReturnReason(models.TextChoices):
    FAULTY = "faulty", _("Faulty or spoiled")
    DAMAGED = "damaged", _("Damaged on the way")
    WRONG = "wrong", _("Not what was ordered, or something is missing")
    DESCRIBED = "described", _("Not as described")
    MIND = "mind", _("No longer wanted")


class ReturnQuerySet(models.QuerySet):
    def answerable_by(self, user):
        """Returns to sellers in whose team this person may answer buyers."""
        return self.filter(seller__in=Partner.objects.with_right(user, Right.ANSWER_BUYERS))

    def open(self):
        """Returns in which somebody still has to do something."""
        return self.filter(state__in=OPEN_STATES)

    def overdue(self):
        """Returns that the seller should have answered or refunded by now."""
        return self.filter(state__in=DUE_STATES, answer_by__lt=clock.today())

    def for_rows(self):
        """What a list or a page shows of returns, in a fixed number of queries."""
        return self.select_related("seller_order__order__placement", "seller", "refund").prefetch_related(
            "lines__line"
        )


class ReturnRequest(models.Model):
    """A buyer's wish to give goods of one seller order back, and what became of it.

    One at a time for each seller order. The refund itself is a row of payments.
    """

    State = ReturnState
    Reason = ReturnReason

    seller_order = models.ForeignKey(
        SellerOrder, verbose_name=_("Seller order"), on_delete=models.PROTECT, related_name="returns"
    )
    seller = models.ForeignKey(
        Partner, verbose_name=_("Seller"), on_delete=models.PROTECT, related_name="returns", db_index=False
    )
    state = models.CharField(_("State"), max_length=10, choices=ReturnState, default=ReturnState.ASKED)
    reason = models.CharField(_("Reason"), max_length=10, choices=ReturnReason)
    words = models.TextField(_("What the buyer writes"), max_length=2000, blank=True)
    asked_at = models.DateTimeField(_("Asked"))
    answer_by = models.DateField(_("Answer due"), help_text=_("The last day for the seller's answer."))
    decided = models.PositiveBigIntegerField(
        _("Decided (VND)"),
        null=True,
        blank=True,
        help_text=_("What the seller gives back at the least, where the office has decided it."),
    )
    refund = models.OneToOneField(
        Refund,
        verbose_name=_("Refund"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="return_request",
    )

    objects = ReturnQuerySet.as_manager()

    class Meta:
        verbose_name = _("Return")
        verbose_name_plural = _("Returns")
        ordering = ["-asked_at", "-id"]
        indexes = [
            models.Index(fields=["seller", "state", "-asked_at"], name="sales_return_of_seller"),
            models.Index(fields=["state", "answer_by"], name="sales_return_due"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["seller_order"],
                condition=Q(state__in=["asked", "accepted", "decided", "received"]),
                name="one_open_return_per_seller_order",
            ),
            models.CheckConstraint(
                condition=Q(state="refunded", refund__isnull=False)
                | (~Q(state="refunded") & Q(refund__isnull=True)),
                name="return_refunded_has_refund",
            ),
            models.CheckConstraint(
                condition=~Q(state="decided") | Q(decided__gt=0), name="return_decided_has_amount"
            ),
        ]

    def __str__(self):
        return f"{self.seller_order}: {self.get_state_display()}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def is_overdue(self) -> bool:
        return self.state in DUE_STATES and self.answer_by < clock.today()

    @property
    def is_refund_due(self) -> bool:
        """Whether the seller is to give money back, by ``answer_by``."""
        return self.state in REFUND_DUE_STATES

    @property
    def goods_total(self) -> int:
        """What the buyer paid for the goods that come back, in VND, discounts shared out."""
        return sum(line.amount for line in self.lines.all())


class ReturnLine(models.Model):
    """How much of one line comes back, and how much of it went onto the shelf again."""

    return_request = models.ForeignKey(
        ReturnRequest, verbose_name=_("Return"), on_delete=models.CASCADE, related_name="lines"
    )
    line = models.ForeignKey(
        SellerOrderLine,
        verbose_name=_("Line of a seller order"),
        on_delete=models.PROTECT,
        related_name="return_lines",
    )
    quantity = models.PositiveIntegerField(_("Quantity"))
    restocked = models.PositiveIntegerField(_("Back on the shelf"), default=0)

    class Meta:
        verbose_name = _("Line of a return")
        verbose_name_plural = _("Lines of returns")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["return_request", "line"], name="one_return_line_per_line"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="return_quantity_is_positive"),
            models.CheckConstraint(
                condition=Q(restocked__lte=F("quantity")), name="return_restocked_at_most_quantity"
            ),
        ]

    def __str__(self):
        return f"{self.quantity} × {self.line.title}"

    @property
    def amount(self) -> int:
        """What was paid for this quantity, in whole VND."""
        return self.line.total * self.quantity // self.line.quantity if self.line.quantity else 0


class ReturnStep(Step):
    """One step in the history of a return; the note is what the other side reads."""

    return_request = models.ForeignKey(
        ReturnRequest, verbose_name=_("Return"), on_delete=models.CASCADE, related_name="steps"
    )
    state = models.CharField(_("State"), max_length=10, choices=ReturnState)
    is_by_buyer = models.BooleanField(_("By the buyer"), default=False)

    class Meta(Step.Meta):
        verbose_name = _("Step of a return")
        verbose_name_plural = _("Steps of returns")


class SentPicture(models.Model):
    """A picture that a buyer or seller sent with a message or a return; a private file.

    ``name`` is that of a WebP file in `marketplace.core.private_files`.
    """

    seller_order = models.ForeignKey(
        SellerOrder, verbose_name=_("Seller order"), on_delete=models.CASCADE, related_name="pictures"
    )
    message = models.ForeignKey(
        Message,
        verbose_name=_("Message"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="pictures",
    )
    return_request = models.ForeignKey(
        ReturnRequest,
        verbose_name=_("Return"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="pictures",
    )
    name = models.CharField(_("File"), max_length=120)
    width = models.PositiveIntegerField(_("Width"))
    height = models.PositiveIntegerField(_("Height"))

    class Meta:
        verbose_name = _("Picture that was sent")
        verbose_name_plural = _("Pictures that were sent")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(message__isnull=False, return_request__isnull=True)
                | Q(message__isnull=True, return_request__isnull=False),
                name="sent_picture_has_one_place",
            )
        ]

    def __str__(self):
        return self.name
