from django.db import models
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext_lazy as _

from marketplace.core.models import Step
from marketplace.core.roles import Right, has_role
from marketplace.core.text import fold
from marketplace.payments.models import Payment
from producers.models import Departure, Partner

from .delivery import DeliveryWay

# Fewer digits than this are no part of a telephone number that anyone would search by.
PHONE_DIGITS = 4


class Placement(models.Model):
    """How an order was placed: the form that made it, so that a form sent twice makes one order."""

    token = models.CharField(_("Form token"), max_length=40, unique=True, editable=False)
    order = models.OneToOneField(
        "order.Order", verbose_name=_("Order"), on_delete=models.PROTECT, related_name="placement"
    )
    language = models.CharField(_("Buyer's language"), max_length=5, default="vi")
    buyer_name = models.CharField(_("Buyer's name"), max_length=120)
    buyer_email = models.EmailField(_("Buyer's e-mail"), blank=True)
    buyer_phone = models.CharField(_("Buyer's phone"), max_length=20)
    terms_version = models.CharField(_("Version of the terms"), max_length=20, blank=True)
    age_confirmed = models.PositiveSmallIntegerField(
        _("Age confirmed (years)"),
        null=True,
        blank=True,
        help_text=_("The buyer said to be at least so old when ordering; empty: the goods need no age."),
    )
    placed_at = models.DateTimeField(_("Placed"), auto_now_add=True)

    class Meta:
        verbose_name = _("Placement")
        verbose_name_plural = _("Placements")
        # Whose first order it is, is asked by each of them.
        indexes = [
            models.Index(fields=["buyer_phone"], name="placements_by_phone"),
            models.Index(fields=["buyer_email"], name="placements_by_email"),
        ]

    def __str__(self):
        return f"{self.order_id}, {self.placed_at}"


class SellerOrderState(models.TextChoices):
    PENDING = "pending", _("Waiting for the seller")
    CONFIRMED = "confirmed", _("Confirmed")
    PACKED = "packed", _("Packed")
    SHIPPED = "shipped", _("Shipped")
    READY_FOR_PICKUP = "ready", _("Ready for pickup")
    COLLECTED = "collected", _("Collected")
    DELIVERED = "delivered", _("Delivered")
    VISITED = "visited", _("Guests received")
    REFUSED = "refused", _("Refused at the door")
    CANCELLED = "cancelled", _("Cancelled")
    RETURNED = "returned", _("Returned")


class SellerOrderQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Seller orders of sellers in whose team this person may see orders; an administrator sees all."""
        if has_role(user):
            return self
        return self.filter(seller__in=Partner.objects.with_right(user, Right.SEE_ORDERS))

    def matching(self, text: str):
        """Seller orders in whose number, buyer's name and phone all words of the text stand.

        Marks and case do not count; a phone number may be written in any of the usual ways. Signs alone
        stand in none.
        """
        words = fold(text).split()
        if not words:
            return self.none()
        found = models.Q(*(models.Q(folded__contains=word) for word in words))
        digits = "".join(char for char in text if char.isdigit())
        if len(digits) >= PHONE_DIGITS:
            for written in {digits.lstrip("0"), digits.removeprefix("84").lstrip("0")}:
                found |= models.Q(folded__contains=written)
        return self.filter(found)

    def for_rows(self):
        """Everything that a row of the desk or of a mail shows, in a fixed number of queries."""
        lines = SellerOrderLine.objects.select_related("order_line__product").prefetch_related(
            "order_line__product__images"
        )
        related = ("order__shipping_address", "order__placement", "seller", "parcel")
        return self.select_related(*related).prefetch_related(models.Prefetch("lines", lines))

    def for_list(self):
        """What a list of the desk shows of each, without the columns that it does not: three queries."""
        goods = ("order_line__title", "order_line__product__parent")
        lines = SellerOrderLine.objects.only("seller_order", "quantity", "day", *goods)
        lines = lines.select_related("order_line__product").prefetch_related("order_line__product__images")
        buyer = (
            "order__placement__buyer_name",
            "order__placement__buyer_phone",
            "order__placement__buyer_email",
        )
        own = [each.name for each in SellerOrder._meta.concrete_fields if each.name != "folded"]
        found = self.select_related("order__shipping_address", "order__placement")
        found = found.only(*own, "order__shipping_address__line4", "order__placement__order", *buyer)
        return found.prefetch_related(models.Prefetch("lines", lines))


class SellerOrder(models.Model):
    """The part of an order that one seller fulfils: the unit of payment, delivery, messages and returns.

    Names, prices, stars and the seller are copies made when the order was placed.
    All amounts are whole VND, VAT included. Goods and delivery are before discounts; what the buyer owes is
    ``total``: goods and delivery less ``discount``.
    """

    State = SellerOrderState

    order = models.ForeignKey(
        "order.Order", verbose_name=_("Order"), on_delete=models.PROTECT, related_name="seller_orders"
    )
    seller = models.ForeignKey(
        Partner, verbose_name=_("Seller"), on_delete=models.PROTECT, related_name="seller_orders"
    )
    number = models.CharField(_("Number"), max_length=40, unique=True)
    seller_name = models.CharField(_("Seller's name"), max_length=128)
    state = models.CharField(
        _("State"), max_length=10, choices=SellerOrderState, default=SellerOrderState.PENDING, db_index=True
    )
    goods_total = models.PositiveBigIntegerField(_("Goods (VND)"))
    delivery_charge = models.PositiveIntegerField(_("Delivery (VND)"))
    discount = models.PositiveBigIntegerField(
        _("Discount (VND)"), default=0, help_text=_("On goods and delivery together.")
    )
    discount_by_marketplace = models.PositiveBigIntegerField(
        _("Discount borne by the marketplace (VND)"),
        default=0,
        help_text=_("The part of the discount that the marketplace owes the seller."),
    )
    delivery_discount = models.PositiveIntegerField(
        _("Discount on delivery (VND)"), default=0, help_text=_("A part of the discount.")
    )
    delivery_discount_by_marketplace = models.PositiveIntegerField(
        _("Discount on delivery borne by the marketplace (VND)"), default=0
    )
    delivery_way = models.CharField(
        _("Way of delivery"), max_length=10, choices=DeliveryWay, default=DeliveryWay.DOOR
    )
    delivery_basis = models.CharField(
        _("How the charge came about"), max_length=255, blank=True, help_text=_("In the buyer's words.")
    )
    pickup_place = models.CharField(_("Where to pick up"), max_length=255, blank=True)
    delivery_promotion = models.ForeignKey(
        "sales.Promotion",
        verbose_name=_("Promotion on delivery"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="seller_orders",
    )
    parcel_grams = models.PositiveIntegerField(_("Weight of the parcel (g)"), default=0)
    total = models.PositiveBigIntegerField(_("Total (VND)"))
    delivery_vat_rate = models.PositiveSmallIntegerField(
        _("VAT in the delivery (hundredths of a percent)"),
        null=True,
        blank=True,
        help_text=_("Empty where the seller declared no VAT when the order was placed."),
    )
    payment_method = models.CharField(_("Payment method"), max_length=20)
    buyer_note = models.CharField(_("Note from the buyer"), max_length=500, blank=True)
    placed_at = models.DateTimeField(_("Placed"), auto_now_add=True, db_index=True)

    folded = models.CharField(
        _("Folded words"),
        max_length=200,
        blank=True,
        editable=False,
        help_text=_("Number, buyer's name and phone, for finding it without marks; `words` gives them."),
    )

    objects = SellerOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("Seller order")
        verbose_name_plural = _("Seller orders")
        ordering = ["-placed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    total=models.F("goods_total") + models.F("delivery_charge") - models.F("discount")
                ),
                name="seller_order_total_adds_up",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    delivery_discount__lte=models.F("delivery_charge"),
                    discount__gte=models.F("delivery_discount"),
                    discount__lte=models.F("goods_total") + models.F("delivery_discount"),
                ),
                name="seller_order_discount_fits",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    delivery_discount_by_marketplace__lte=models.F("delivery_discount"),
                    discount_by_marketplace__gte=models.F("delivery_discount_by_marketplace"),
                    discount_by_marketplace__lte=models.F("discount")
                    - models.F("delivery_discount")
                    + models.F("delivery_discount_by_marketplace"),
                ),
                name="seller_order_discount_is_borne",
            ),
            models.UniqueConstraint(fields=["order", "seller"], name="one_seller_order_per_order_and_seller"),
        ]
        # The lists and sums of a stall, by state and by time, are read from an index alone. That of the
        # folded words (trigrams, on PostgreSQL alone) is made by a migration.
        indexes = [
            models.Index(fields=["seller", "state", "placed_at", "id"], name="seller_orders_by_state"),
            models.Index(
                fields=[
                    "seller",
                    "placed_at",
                    "id",
                    "state",
                    "goods_total",
                    "discount",
                    "delivery_discount",
                    "total",
                    "discount_by_marketplace",
                    "delivery_discount_by_marketplace",
                    "number",
                ],
                name="seller_orders_by_time",
            ),
            # Of most of these the carrier has handed the money over: which are left is asked of all.
            models.Index(
                fields=["seller", "placed_at", "id", "number", "total"],
                condition=models.Q(state="delivered", payment_method="cod"),
                name="seller_orders_paid_at_door",
            ),
        ]

    def __str__(self):
        return self.number

    @staticmethod
    def words(number: str, placement: Placement) -> str:
        """What ``folded`` keeps; number, name and phone never change once an order is placed."""
        return fold(f"{number} {placement.buyer_name} {placement.buyer_phone}")

    @property
    def goods_discount(self) -> int:
        """What of the discount is on the goods, in VND."""
        return self.discount - self.delivery_discount

    @property
    def delivery_to_pay(self) -> int:
        """What delivery costs the buyer, in VND."""
        return self.delivery_charge - self.delivery_discount

    @property
    def lines_to_send(self) -> list["SellerOrderLine"]:
        """The lines of which something is left after what the seller cancelled."""
        return [line for line in self.lines.all() if line.quantity]

    @property
    def lines_to_pack(self) -> list["SellerOrderLine"]:
        """Those of them that go into the parcel: guests come themselves."""
        return [line for line in self.lines_to_send if line.day is None]

    @property
    def payments(self):
        """The payments of this seller order, the newest last."""
        return Payment.objects.filter(reference=self.number)

    @property
    def open_payment(self) -> Payment | None:
        """The payment by which this seller order is paid; none once nothing is due, paid or not."""
        return self.payments.filter(due__gt=0).first()


#: In which the buyer does not come, or has given everything back.
ENDED_WITHOUT = (SellerOrderState.CANCELLED, SellerOrderState.REFUSED, SellerOrderState.RETURNED)


class SellerOrderLineQuerySet(models.QuerySet):
    def booked_on(self, departure: Departure):
        """The bookings of a date with their ``places``, without what was cancelled or given back."""
        given_back = Coalesce(models.Sum("return_lines__restocked"), 0)
        return (
            self.filter(order_line__stockrecord__departure=departure)
            .exclude(seller_order__state__in=ENDED_WITHOUT)
            .annotate(places=models.F("quantity") - given_back)
            .filter(places__gt=0)
            .order_by("pk")
        )

    def cancelled_on(self, departure: Departure):
        """The bookings of a date that were cancelled, whole or for some of their places."""
        is_cancelled = models.Q(seller_order__state=SellerOrderState.CANCELLED)
        return self.filter(
            is_cancelled | models.Q(cancelled_quantity__gt=0), order_line__stockrecord__departure=departure
        ).order_by("pk")


class SellerOrderLine(models.Model):
    """What was bought, as it was shown when the order was placed.

    ``quantity`` and ``total`` are what is still to be sent and paid, after ``discount``: buyer or
    seller may cancel a part, which ``cancelled_quantity`` counts. With nothing left it stays, with 0.
    """

    seller_order = models.ForeignKey(
        SellerOrder, verbose_name=_("Seller order"), on_delete=models.CASCADE, related_name="lines"
    )
    order_line = models.OneToOneField(
        "order.Line", verbose_name=_("Order line"), on_delete=models.PROTECT, related_name="seller_order_line"
    )
    title = models.CharField(_("Name"), max_length=255)
    unit = models.CharField(_("Unit"), max_length=130, blank=True)
    unit_price = models.PositiveIntegerField(_("Unit price (VND)"))
    quantity = models.PositiveIntegerField(_("Quantity"))
    cancelled_quantity = models.PositiveIntegerField(_("Cancelled"), default=0)
    discount = models.PositiveBigIntegerField(_("Discount (VND)"), default=0)
    discount_by_marketplace = models.PositiveBigIntegerField(
        _("Discount borne by the marketplace (VND)"), default=0
    )
    promotion = models.ForeignKey(
        "sales.Promotion",
        verbose_name=_("Promotion"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="lines",
    )
    total = models.PositiveBigIntegerField(_("Total (VND)"))
    vat_rate = models.PositiveSmallIntegerField(
        _("VAT in the price (hundredths of a percent)"),
        null=True,
        blank=True,
        help_text=_("0: not subject to VAT; empty where the seller declared none when it was ordered."),
    )
    day = models.DateField(
        _("Booked for"), null=True, blank=True, help_text=_("Empty for goods, which are sent.")
    )
    starts = models.TimeField(_("Starts at"), null=True, blank=True)
    stars = models.PositiveSmallIntegerField(_("Stars"), null=True, blank=True)
    certification_code = models.CharField(_("Certification"), max_length=16, blank=True)
    decision_number = models.CharField(_("Decision"), max_length=60, blank=True)
    place = models.CharField(_("Place"), max_length=255, blank=True)

    objects = SellerOrderLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("Line of a seller order")
        verbose_name_plural = _("Lines of seller orders")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                # Two small whole numbers may have a product that is none.
                condition=models.Q(
                    total=Cast("unit_price", models.BigIntegerField()) * models.F("quantity")
                    - models.F("discount")
                ),
                name="seller_order_line_adds_up",
            ),
            models.CheckConstraint(
                condition=models.Q(discount_by_marketplace__lte=models.F("discount")),
                name="seller_order_line_is_borne",
            ),
        ]

    def __str__(self):
        return f"{self.quantity} × {self.title}"


class SellerOrderEventKind(models.TextChoices):
    MOVED = "moved", _("Moved")
    REDUCED = "reduced", _("A part was cancelled")


class SellerOrderEvent(Step):
    """One step in the history of a seller order, never changed afterwards.

    A seller order that was reduced keeps its state; its total is smaller and the note says why.
    """

    Kind = SellerOrderEventKind

    seller_order = models.ForeignKey(
        SellerOrder, verbose_name=_("Seller order"), on_delete=models.CASCADE, related_name="events"
    )
    kind = models.CharField(
        _("Kind"), max_length=10, choices=SellerOrderEventKind, default=SellerOrderEventKind.MOVED
    )
    state = models.CharField(_("State"), max_length=10, choices=SellerOrderState)

    class Meta(Step.Meta):
        verbose_name = _("Event of a seller order")
        verbose_name_plural = _("Events of seller orders")

    @property
    def label(self) -> str:
        """What happened, in words: the state that was reached, or that a part was cancelled."""
        is_move = self.kind == SellerOrderEventKind.MOVED
        return self.get_state_display() if is_move else self.get_kind_display()
