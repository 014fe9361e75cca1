from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from producers.models import Partner

from .awaited import Awaited
from .payments import Payment
from .refunds import Refund
from .visible import MoneyQuerySet

#: Stripe's own names for things have no fixed length; its library allows 255.
IDENTIFIER_LENGTH = 255


class StripeAccountQuerySet(MoneyQuerySet):
    def current(self):
        """Those that Stripe still lets us act for, whether or not they can charge."""
        return self.filter(ended_at=None)


class StripeAccount(models.Model):
    """A seller's own account with Stripe, connected to the operator's platform (Connect, Standard).

    Cards are charged on it directly, so no money enters the platform's balance. The row is written before
    Stripe is asked for an account, and ``identifier`` with its answer. ``told_at`` is the moment of Stripe's
    newest word on it: an older one that comes later changes nothing.
    """

    seller = models.ForeignKey(
        Partner, verbose_name=_("Seller"), on_delete=models.PROTECT, related_name="stripe_accounts"
    )
    identifier = models.CharField(_("Stripe's identifier"), max_length=IDENTIFIER_LENGTH, blank=True)
    can_charge = models.BooleanField(_("Can take cards"), default=False)
    has_details = models.BooleanField(_("Details given"), default=False)
    told_at = models.DateTimeField(_("Told at"), null=True, blank=True)
    connected_at = models.DateTimeField(_("Connected"), auto_now_add=True)
    connected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Connected by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    paused_at = models.DateTimeField(
        _("Disconnected"), null=True, blank=True, help_text=_("By the seller, who can connect it again.")
    )
    ended_at = models.DateTimeField(
        _("Ended"), null=True, blank=True, help_text=_("At Stripe, where the platform was shut out.")
    )

    objects = StripeAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("Stripe account")
        verbose_name_plural = _("Stripe accounts")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["seller"], condition=Q(ended_at=None), name="one_stripe_account_per_seller"
            ),
            models.UniqueConstraint(
                fields=["identifier"], condition=~Q(identifier=""), name="stripe_account_of_one_seller"
            ),
        ]

    def __str__(self):
        return self.identifier or f"{self.seller_id}"

    @property
    def takes_cards(self) -> bool:
        """Whether buyers can pay by it now."""
        return self.can_charge and self.paused_at is None and self.ended_at is None

    @property
    def key(self) -> str:
        """Idempotency key of asking Stripe for this account."""
        return f"ocop-account-{self.pk}"


class CardRequest(Awaited):
    """What makes a payment one by card: on whose account, and until when."""

    payment = models.OneToOneField(
        Payment, verbose_name=_("Payment"), on_delete=models.PROTECT, related_name="card_request"
    )
    seller = models.ForeignKey(
        Partner, verbose_name=_("Seller"), on_delete=models.PROTECT, related_name="card_requests"
    )
    account = models.ForeignKey(
        StripeAccount, verbose_name=_("Stripe account"), on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("Requested card payment")
        verbose_name_plural = _("Requested card payments")
        ordering = ["id"]

    def __str__(self):
        return f"{self.payment_id}"


class StripeSessionState(models.TextChoices):
    BEGUN = "begun", _("Being opened")
    OPEN = "open", _("Open")
    PAID = "paid", _("Paid")
    ENDED = "ended", _("Ended without payment")


class StripeSession(models.Model):
    """One visit of a buyer to Stripe's page for one payment (Checkout Session), and at most one charge.

    The row is written, with all that Stripe is asked, before Stripe is asked, so that the same question can
    be put again with the same idempotency key; of a payment at most one is not over. That the charge
    succeeded is counted by ``paid_at``, once. ``amount`` is whole VND, without decimals also at Stripe.
    """

    State = StripeSessionState

    payment = models.ForeignKey(
        Payment, verbose_name=_("Payment"), on_delete=models.PROTECT, related_name="stripe_sessions"
    )
    account = models.ForeignKey(
        StripeAccount, verbose_name=_("Stripe account"), on_delete=models.PROTECT, related_name="sessions"
    )
    attempt = models.PositiveSmallIntegerField(_("Attempt"))
    amount = models.PositiveBigIntegerField(_("Amount (VND)"))
    language = models.CharField(_("Language"), max_length=5)
    return_url = models.CharField(_("Way back"), max_length=500)
    expires_at = models.DateTimeField(_("Open until"))
    state = models.CharField(
        _("State"), max_length=8, choices=StripeSessionState, default=StripeSessionState.BEGUN
    )
    identifier = models.CharField(_("Stripe's identifier"), max_length=IDENTIFIER_LENGTH, blank=True)
    url = models.TextField(_("Address of Stripe's page"), blank=True)
    intent = models.CharField(_("Stripe's payment"), max_length=IDENTIFIER_LENGTH, blank=True)
    begun_at = models.DateTimeField(_("Begun"), auto_now_add=True)
    asked_at = models.DateTimeField(
        _("Asked on return"), null=True, blank=True, help_text=_("When the buyer came back from Stripe.")
    )
    paid_at = models.DateTimeField(_("Paid"), null=True, blank=True)

    class Meta:
        verbose_name = _("Visit to Stripe's page")
        verbose_name_plural = _("Visits to Stripe's page")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["payment", "attempt"], name="stripe_session_per_attempt"),
            models.UniqueConstraint(
                fields=["payment"],
                condition=Q(state__in=["begun", "open"]),
                name="one_open_stripe_session_per_payment",
            ),
            models.UniqueConstraint(
                fields=["identifier"], condition=~Q(identifier=""), name="stripe_session_of_one_payment"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="stripe_session_amount_is_positive"),
            models.CheckConstraint(
                condition=Q(state="paid", paid_at__isnull=False) | (~Q(state="paid") & Q(paid_at=None)),
                name="stripe_session_is_paid_at_a_moment",
            ),
        ]
        indexes = [models.Index(fields=["intent"], name="stripe_sessions_by_intent")]

    def __str__(self):
        return self.key

    @property
    def key(self) -> str:
        """Idempotency key of opening it: the seller order and the attempt."""
        return f"ocop-{self.payment.reference}-{self.attempt}"


class StripeRefundState(models.TextChoices):
    TO_SEND = "to_send", _("Being sent")
    SENT = "sent", _("Sent")
    DONE = "done", _("Back with the buyer")
    FAILED = "failed", _("Failed")


class StripeRefund(models.Model):
    """What goes back to one card of a refund, by Stripe: written before Stripe is asked.

    ``identifier`` comes with Stripe's answer; a refund that the seller made at Stripe has it from the start.
    """

    State = StripeRefundState

    refund = models.ForeignKey(
        Refund, verbose_name=_("Refund"), on_delete=models.PROTECT, related_name="to_cards"
    )
    session = models.ForeignKey(
        StripeSession,
        verbose_name=_("Visit to Stripe's page"),
        on_delete=models.PROTECT,
        related_name="refunds",
    )
    amount = models.PositiveBigIntegerField(_("Amount (VND)"))
    state = models.CharField(
        _("State"), max_length=8, choices=StripeRefundState, default=StripeRefundState.TO_SEND
    )
    identifier = models.CharField(_("Stripe's identifier"), max_length=IDENTIFIER_LENGTH, blank=True)
    problem = models.CharField(_("Problem"), max_length=255, blank=True)

    class Meta:
        verbose_name = _("Refund to a card")
        verbose_name_plural = _("Refunds to cards")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["refund", "session"], name="stripe_refund_once_per_session"),
            models.UniqueConstraint(
                fields=["identifier"], condition=~Q(identifier=""), name="stripe_refund_counted_once"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="stripe_refund_amount_is_positive"),
        ]

    def __str__(self):
        return self.key

    @property
    def key(self) -> str:
        """Idempotency key of sending it."""
        return f"ocop-refund-{self.pk}"


class StripeDispute(models.Model):
    """A buyer's bank takes a charge back (chargeback): between the bank and the seller, at Stripe.

    ``status`` and ``reason`` are Stripe's words. Once the seller has lost it, ``refund`` is what the seller
    still had of the money, and ``loss`` the rest, which the buyer had back before and has twice now.
    """

    session = models.ForeignKey(
        StripeSession,
        verbose_name=_("Visit to Stripe's page"),
        on_delete=models.PROTECT,
        related_name="disputes",
    )
    identifier = models.CharField(_("Stripe's identifier"), max_length=IDENTIFIER_LENGTH, unique=True)
    amount = models.PositiveBigIntegerField(_("Amount (VND)"))
    reason = models.CharField(_("Reason"), max_length=60, blank=True)
    status = models.CharField(_("Status"), max_length=60)
    answer_by = models.DateTimeField(_("Answer by"), null=True, blank=True)
    opened_at = models.DateTimeField(_("Opened"))
    closed_at = models.DateTimeField(_("Closed"), null=True, blank=True)
    told_at = models.DateTimeField(_("Told at"))
    refund = models.OneToOneField(
        Refund,
        verbose_name=_("Refund"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="dispute",
    )
    loss = models.PositiveBigIntegerField(
        _("Seller's loss (VND)"),
        default=0,
        help_text=_("What the bank took although it had gone back to the buyer before."),
    )

    class Meta:
        verbose_name = _("Disputed card payment")
        verbose_name_plural = _("Disputed card payments")
        ordering = ["-id"]

    def __str__(self):
        return self.identifier

    @property
    def is_lost(self) -> bool:
        """Whether the bank has decided for the buyer."""
        return self.refund_id is not None or self.loss > 0


class StripeEventOutcome(models.TextChoices):
    HANDLED = "handled", _("Handled")
    NOTHING = "nothing", _("Nothing to do")
    KEPT = "kept", _("Left to a person")
    SETTLED = "settled", _("Settled by a person")


class StripeEvent(models.Model):
    """One thing that Stripe told us; told again, it is answered again and counts once.

    ``facts`` are what of it we go by (identifiers, amounts, states), and nothing of the buyer.
    """

    Outcome = StripeEventOutcome

    identifier = models.CharField(_("Stripe's identifier"), max_length=IDENTIFIER_LENGTH, unique=True)
    kind = models.CharField(_("Kind"), max_length=100)
    account = models.CharField(_("Stripe account"), max_length=IDENTIFIER_LENGTH, blank=True)
    facts = models.JSONField(_("Facts"), default=dict)
    made_at = models.DateTimeField(_("Made"))
    at = models.DateTimeField(_("At"), auto_now_add=True)
    outcome = models.CharField(_("Outcome"), max_length=8, choices=StripeEventOutcome)
    problem = models.CharField(_("Problem"), max_length=60, blank=True)
    settled_at = models.DateTimeField(_("Settled"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Settled by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    note = models.CharField(_("Note"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("Stripe's message")
        verbose_name_plural = _("Stripe's messages")
        ordering = ["-id"]
        indexes = [models.Index(fields=["outcome", "-id"], name="stripe_events_by_outcome")]

    def __str__(self):
        return f"{self.kind} {self.identifier}"
