"""The shelf of a point of sale: its batches, and the acts by which goods and money moved there."""

import datetime
import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from marketplace.core import clock
from marketplace.core.roles import Right

from .points import PointOfSale
from .sellers import Partner
from .stock import StockRecord


class BatchQuerySet(models.QuerySet):
    def left(self):
        """Batches of which something lies on the shelf."""
        return self.filter(quantity_left__gt=0)

    def fresh(self, on: datetime.date | None = None):
        """Batches that may be sold on a day in Hà Nội, without one today."""
        return self.filter(Q(expires_on=None) | Q(expires_on__gte=on or clock.today()))

    def expired(self, on: datetime.date | None = None):
        """Batches that may no longer be sold on a day in Hà Nội, without one today."""
        return self.filter(expires_on__lt=on or clock.today())

    def first_out(self):
        """First expired, first out; what never expires comes last, the oldest first."""
        return self.order_by(F("expires_on").asc(nulls_last=True), "received_on", "pk")


class Batch(models.Model):
    """Goods of one kind that came to a point together: from one producer, on one day, with one last day.

    The sum of ``quantity_left`` over the batches of a stock record is its number in stock. They change
    with it, only in ``producers.domain.stock``.
    """

    class Terms(models.TextChoices):
        CONSIGNMENT = "consignment", _("On consignment")
        BOUGHT = "bought", _("Bought outright")

    stock_record = models.ForeignKey(
        StockRecord, verbose_name=_("Stock record"), on_delete=models.PROTECT, related_name="batches"
    )
    act = models.ForeignKey(
        "partner.PointAct",
        verbose_name=_("Came by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="batches",
    )
    producer = models.ForeignKey(
        Partner,
        verbose_name=_("Producer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="batches",
    )
    terms = models.CharField(_("Terms"), max_length=12, choices=Terms, default=Terms.CONSIGNMENT)
    unit_cost = models.PositiveBigIntegerField(
        _("Paid to the producer for one (VND)"),
        null=True,
        blank=True,
        help_text=_("On consignment it is owed for each one that is sold."),
    )
    lot = models.CharField(_("Lot of the producer"), max_length=40, blank=True)
    received_on = models.DateField(_("Received on"))
    expires_on = models.DateField(
        _("Last day"), null=True, blank=True, help_text=_("The last day on which it can be sold.")
    )
    quantity_left = models.PositiveIntegerField(_("Left"), default=0)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("Batch")
        verbose_name_plural = _("Batches")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(terms="consignment") | Q(producer__isnull=False, unit_cost__isnull=False),
                name="consignment_knows_whom_and_what_is_owed",
            )
        ]
        indexes = [
            models.Index(
                fields=["stock_record", "expires_on"],
                condition=Q(quantity_left__gt=0),
                name="batches_left",
                include=["quantity_left"],
            ),
            # What has expired is little beside what has not.
            models.Index(
                fields=["expires_on", "stock_record"],
                condition=Q(quantity_left__gt=0, expires_on__isnull=False),
                include=["quantity_left"],
                name="batches_by_last_day",
            ),
        ]

    def __str__(self):
        return f"{self.lot or self.pk}: {self.quantity_left}"

    @property
    def is_expired(self) -> bool:
        return self.expires_on is not None and self.expires_on < clock.today()


class PointActQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Acts at the points in whose team this person keeps the shelf, sells or runs the point."""
        return self.filter(point__seller__in=Partner.objects.with_right(user, Right.SELL_AT_COUNTER))


class PointAct(models.Model):
    """One act at a point of sale: the paper behind its stock movements, and what came into the till.

    Never changed afterwards but for the closing into which its money went. ``client_id`` is chosen where the
    act is typed in, so that what is sent twice is done once.
    """

    class Kind(models.TextChoices):
        RECEIPT = "receipt", pgettext_lazy("point", "Goods received")
        SALE = "sale", _("Counter sale")
        PICKUP = "pickup", _("Goods picked up")
        RETURN = "return", _("Return of a buyer")
        SENT_BACK = "sent back", _("Sent back to the producer")
        SENT = "sent", _("Sent to another point")
        ARRIVAL = "arrival", _("Came from another point")
        SPOILAGE = "spoilage", _("Spoilage")
        STOCKTAKE = "stocktake", _("Stocktake")
        SETTLEMENT = "settlement", _("Paid to a producer")

    class Payment(models.TextChoices):
        CASH = "cash", _("Cash")
        VIETQR = "vietqr", _("VietQR")

    point = models.ForeignKey(
        PointOfSale, verbose_name=_("Point of sale"), on_delete=models.PROTECT, related_name="acts"
    )
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind)
    client_id = models.UUIDField(_("Client's number"), unique=True, default=uuid.uuid4, editable=False)
    digest = models.CharField(
        _("Digest"), max_length=64, blank=True, editable=False, help_text=_("Of what was typed in.")
    )
    happened_at = models.DateTimeField(_("Happened"), help_text=_("By the clock of the device."))
    recorded_at = models.DateTimeField(_("Recorded"), auto_now_add=True)
    is_clock_wrong = models.BooleanField(_("The clock of the device was wrong"), default=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Actor"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    producer = models.ForeignKey(
        Partner,
        verbose_name=_("Producer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Who brought the goods, got them back or was paid."),
    )
    paper = models.CharField(
        _("Number of the paper"), max_length=60, blank=True, help_text=_("Delivery note, order or transfer.")
    )
    answers = models.ForeignKey(
        "self",
        verbose_name=_("Answers"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="answered_by",
        help_text=_("Of a return: its sale. Of an arrival: where it was sent."),
    )
    amount = models.BigIntegerField(
        _("Into the till (VND)"), default=0, help_text=_("Negative: paid out of it. VAT included.")
    )
    paid_by = models.CharField(_("Paid by"), max_length=8, choices=Payment, blank=True)
    closing = models.ForeignKey(
        "partner.DailyClosing",
        verbose_name=_("Daily closing"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="acts",
    )
    note = models.CharField(_("Note"), max_length=300, blank=True)

    objects = PointActQuerySet.as_manager()

    class Meta:
        verbose_name = _("Act at a point")
        verbose_name_plural = _("Acts at points")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount=0) | ~Q(paid_by=""), name="money_of_act_says_how_it_was_paid"
            ),
            models.UniqueConstraint(
                fields=["point", "producer", "paper"],
                condition=Q(kind="receipt") & ~Q(paper=""),
                name="delivery_note_received_once",
            ),
        ]
        indexes = [
            models.Index(fields=["point", "recorded_at"], name="point_acts_by_time"),
            models.Index(fields=["paper"], condition=Q(kind="pickup"), name="point_acts_of_orders"),
            models.Index(
                fields=["point"], condition=Q(closing=None) & ~Q(paid_by=""), name="point_acts_to_close"
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.number}"

    @property
    def number(self) -> str:
        """The number on its paper, such as ``261128-1042``: the day in Hà Nội and a running number."""
        return f"{self.recorded_at.astimezone(clock.HA_NOI):%y%m%d}-{self.pk}"


class ActLine(models.Model):
    """Goods of a sale, pick-up or return, as the buyer reads them on the receipt; VND, VAT included."""

    act = models.ForeignKey(PointAct, verbose_name=_("Act"), on_delete=models.CASCADE, related_name="lines")
    stock_record = models.ForeignKey(
        StockRecord, verbose_name=_("Stock record"), on_delete=models.PROTECT, related_name="act_lines"
    )
    title = models.CharField(_("Name"), max_length=255)
    quantity = models.PositiveIntegerField(_("Quantity"))
    unit_price = models.PositiveBigIntegerField(_("Price of one (VND)"))
    returned_quantity = models.PositiveIntegerField(_("Returned"), default=0)

    class Meta:
        verbose_name = _("Line of an act")
        verbose_name_plural = _("Lines of acts")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["act", "stock_record"], name="one_line_per_act_and_record"),
            models.CheckConstraint(
                condition=Q(returned_quantity__lte=F("quantity")), name="returned_at_most_what_was_sold"
            ),
        ]

    def __str__(self):
        return f"{self.quantity} × {self.title}"

    @property
    def total(self) -> int:
        return self.quantity * self.unit_price


class DailyClosing(models.Model):
    """The till of a point counted at the end of a day: what it should hold, and what it held (VND)."""

    point = models.ForeignKey(
        PointOfSale, verbose_name=_("Point of sale"), on_delete=models.PROTECT, related_name="closings"
    )
    day = models.DateField(_("Day"))
    sales = models.PositiveIntegerField(_("Number of sales"))
    cash = models.BigIntegerField(_("Cash by the acts (VND)"))
    vietqr = models.BigIntegerField(_("VietQR by the acts (VND)"))
    counted = models.PositiveBigIntegerField(_("Cash counted (VND)"))
    note = models.CharField(_("Note"), max_length=300, blank=True)
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
        verbose_name = _("Daily closing")
        verbose_name_plural = _("Daily closings")
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["point", "day"], name="one_closing_per_point_and_day")]

    def __str__(self):
        return f"{self.point}: {self.day}"

    @property
    def difference(self) -> int:
        """What the till holds above (or, negative, below) what the acts say, in VND."""
        return self.counted - self.cash


class Stocktake(models.Model):
    """A count of a point's shelf: goods go on being sold while it is counted line by line."""

    class State(models.TextChoices):
        OPEN = "open", _("Being counted")
        APPLIED = "applied", _("Applied")
        DROPPED = "dropped", _("Dropped")

    point = models.ForeignKey(
        PointOfSale, verbose_name=_("Point of sale"), on_delete=models.PROTECT, related_name="stocktakes"
    )
    state = models.CharField(_("State"), max_length=8, choices=State, default=State.OPEN)
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Begun by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    begun_at = models.DateTimeField(_("Begun"), auto_now_add=True)
    ended_at = models.DateTimeField(_("Ended"), null=True, blank=True)
    act = models.OneToOneField(
        PointAct,
        verbose_name=_("Act"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="stocktake",
    )

    class Meta:
        verbose_name = _("Stocktake")
        verbose_name_plural = _("Stocktakes")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["point"], condition=Q(state="open"), name="one_open_stocktake_per_point"
            )
        ]

    def __str__(self):
        return f"{self.point}: {self.begun_at}"


class StocktakeLine(models.Model):
    """What was counted of one product, and how many should have lain there at that moment."""

    stocktake = models.ForeignKey(
        Stocktake, verbose_name=_("Stocktake"), on_delete=models.CASCADE, related_name="lines"
    )
    stock_record = models.ForeignKey(
        StockRecord, verbose_name=_("Stock record"), on_delete=models.PROTECT, related_name="+"
    )
    expected = models.PositiveIntegerField(_("By the movements"))
    counted = models.PositiveIntegerField(_("Counted"))
    counted_at = models.DateTimeField(_("Counted at"), auto_now=True)

    class Meta:
        verbose_name = _("Line of a stocktake")
        verbose_name_plural = _("Lines of stocktakes")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["stocktake", "stock_record"], name="one_line_per_stocktake_and_record"
            )
        ]

    def __str__(self):
        return f"{self.expected} → {self.counted}"

    @property
    def difference(self) -> int:
        return self.counted - self.expected
