"""Goods that a point keeps for a buyer until they are picked up."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.core.codes import random_code

from .points import PointOfSale
from .stock import StockRecord

CODE_LENGTH = 10
"""30 letters and digits to the tenth, 49 bits: nobody finds an open one by trying."""


def new_code() -> str:
    return random_code(CODE_LENGTH)


class ReservationQuerySet(models.QuerySet):
    def held(self):
        """Those that wait to be picked up, also when their time is just over."""
        return self.filter(state=Reservation.State.HELD)


class Reservation(models.Model):
    """Goods of a point's shelf that one buyer has reserved; the code is shown to pick them up."""

    class State(models.TextChoices):
        HELD = "held", _("Held")
        COLLECTED = "collected", _("Collected")
        RELEASED = "released", _("Released")

    point = models.ForeignKey(
        PointOfSale, verbose_name=_("Point of sale"), on_delete=models.PROTECT, related_name="reservations"
    )
    reference = models.CharField(
        _("For"), max_length=60, unique=True, help_text=_("The number of the seller order.")
    )
    code = models.CharField(
        _("Pick-up code"), max_length=CODE_LENGTH, unique=True, default=new_code, editable=False
    )
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.HELD)
    made_at = models.DateTimeField(_("Made"), auto_now_add=True)
    held_until = models.DateTimeField(_("Held until"))
    ended_at = models.DateTimeField(_("Ended"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Ended by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = ReservationQuerySet.as_manager()

    class Meta:
        verbose_name = _("Reservation")
        verbose_name_plural = _("Reservations")
        ordering = ["held_until", "pk"]
        indexes = [
            models.Index(fields=["held_until"], condition=Q(state="held"), name="reservations_held"),
            models.Index(fields=["point", "state", "held_until"], name="reservations_of_point"),
        ]

    def __str__(self):
        return self.reference


class ReservationLine(models.Model):
    """How many of one product a reservation holds."""

    reservation = models.ForeignKey(
        Reservation, verbose_name=_("Reservation"), on_delete=models.CASCADE, related_name="lines"
    )
    stock_record = models.ForeignKey(
        StockRecord, verbose_name=_("Stock record"), on_delete=models.PROTECT, related_name="+"
    )
    quantity = models.PositiveIntegerField(_("Quantity"))
    unit_price = models.PositiveBigIntegerField(_("Price of one (VND)"))

    class Meta:
        verbose_name = _("Line of a reservation")
        verbose_name_plural = _("Lines of reservations")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["reservation", "stock_record"], name="one_line_per_reservation_and_record"
            )
        ]

    def __str__(self):
        return f"{self.quantity} × {self.stock_record_id}"
