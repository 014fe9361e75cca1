from collections.abc import Iterable

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext_lazy as _
from oscar.apps.partner.abstract_models import AbstractStockRecord

from marketplace.core import clock


class StockRecordQuerySet(models.QuerySet):
    def with_expired(self):
        """With ``expired``: how many pieces on a point's shelf may no longer be sold; 0 for producers."""
        batches = apps.get_model("partner", "Batch").objects.left().expired()
        of_record = batches.filter(stock_record=OuterRef("pk")).order_by().values("stock_record")
        total = of_record.annotate(total=Sum("quantity_left")).values("total")
        return self.annotate(expired=Coalesce(Subquery(total), 0, output_field=models.IntegerField()))

    def with_sellable(self):
        """With ``sellable``: how many can be sold or reserved now."""
        left = F("num_in_stock") - F("num_allocated") - F("expired")
        return self.with_expired().annotate(sellable=Greatest(left, 0, output_field=models.IntegerField()))

    def on_sale(self, products: "Iterable[int] | models.QuerySet"):
        """Rows of goods with a price of these products, in stock or not."""
        return self.filter(product__in=products, price__isnull=False, departure=None)


class StockRecord(AbstractStockRecord):
    """A product as one seller sells it: price in whole VND and how many there are.

    ``num_in_stock`` is what lies on the shelf, ``num_allocated`` what open orders have taken of
    it. Both change only in ``producers.domain.stock``; the constraints make overselling
    impossible whatever code forgets.

    A product that is booked by date has one for each date, with that ``departure``, beside its own, which
    holds the price and no stock. ``bookable_until`` is the moment at which a date's booking ends, None once
    it is closed; of the product's own record the last such moment of its dates with free places, kept by
    ``producers.domain.departures``. What passes needs no task: whoever reads it compares it with now.

    The record of a point of sale is a product on its shelf: what lies there are the goods left of its
    batches, and what has expired of them cannot be sold.
    """

    expired = 0
    """Pieces on a point's shelf that may no longer be sold, as ``with_expired`` reads them."""

    price = models.DecimalField(_("Price (VND)"), max_digits=12, decimal_places=0, null=True, blank=True)
    num_in_stock = models.PositiveIntegerField(_("Number in stock"), default=0)
    num_allocated = models.PositiveIntegerField(_("Number allocated"), default=0)
    departure = models.OneToOneField(
        "partner.Departure",
        verbose_name=_("Date for guests"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="stock_record",
    )
    bookable_until = models.DateTimeField(_("Can be booked until"), null=True, blank=True)

    objects = StockRecordQuerySet.as_manager()

    class Meta(AbstractStockRecord.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                condition=Q(num_allocated__lte=F("num_in_stock")), name="stock_allocated_at_most_in_stock"
            ),
            models.CheckConstraint(
                condition=Q(price__isnull=True) | Q(price__gt=0), name="stock_price_positive"
            ),
            models.UniqueConstraint(
                fields=["product", "partner"], condition=Q(departure=None), name="one_stock_record_per_seller"
            ),
        ]
        indexes = [
            # Where a product can be bought is read from the index alone, however many points have it.
            models.Index(
                fields=["product", "partner"],
                condition=Q(departure=None, price__isnull=False),
                include=["id", "price", "num_in_stock", "num_allocated"],
                name="shelves_of_product",
            )
        ]

    @property
    def net_stock_level(self) -> int:
        """How many can be sold or reserved, once ``expired`` is read; never negative."""
        return max(self.num_in_stock - self.num_allocated - self.expired, 0)

    @property
    def can_be_taken(self) -> bool:
        """Whether there is one to buy now: goods on the shelf, or a date with places that can be booked."""
        if self.departure_id is None and self.bookable_until is not None:
            return self.is_open
        return self.net_stock_level > 0 and (self.departure_id is None or self.is_open)

    @property
    def is_open(self) -> bool:
        """Whether the booking of a date, or of the last date of a product, has not ended."""
        return self.bookable_until is not None and self.bookable_until > clock.now()


class StockMovement(models.Model):
    """One change of a stock record, written with it and never changed afterwards."""

    class Kind(models.TextChoices):
        RECEIVED = "received", _("Received")
        TAKEN = "taken", _("Taken by an order")
        GIVEN_BACK = "given back", _("Given back by an order")
        HANDED_OVER = "handed over", _("Handed over to the carrier or buyer")
        CORRECTED = "corrected", _("Corrected after a count")
        PACKED = "packed", _("Packed into a gift pack")
        SOLD = "sold", _("Sold at the counter")
        RETURNED = "returned", _("Returned by a buyer")
        SENT_BACK = "sent back", _("Sent back to the producer")
        MOVED = "moved", _("Moved between points")
        SPOILED = "spoiled", _("Spoiled")

    stock_record = models.ForeignKey(
        "partner.StockRecord",
        verbose_name=_("Stock record"),
        on_delete=models.PROTECT,
        related_name="movements",
    )
    kind = models.CharField(_("Kind"), max_length=12, choices=Kind)
    quantity = models.IntegerField(
        _("Quantity"),
        help_text=_("Change of the number that can be bought; for goods handed over, of the shelf."),
    )
    batch = models.ForeignKey(
        "partner.Batch",
        verbose_name=_("Batch"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="movements",
        help_text=_("Of a point's shelf: which goods moved. What is only promised comes from no batch yet."),
    )
    act = models.ForeignKey(
        "partner.PointAct",
        verbose_name=_("Act at a point"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="movements",
    )
    reference = models.CharField(_("Reference"), max_length=60, blank=True, db_index=True)
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
        verbose_name = _("Stock movement")
        verbose_name_plural = _("Stock movements")
        ordering = ["id"]

    def __str__(self):
        return f"{self.get_kind_display()} {self.quantity:+d}"
