from django.db import models
from django.utils.translation import gettext_lazy as _

from producers.models import Partner

#: Grams of one item whose product states no weight, until the seller says otherwise.
USUAL_GRAMS = 500


class DeliveryWay(models.TextChoices):
    """How a seller's part of an order reaches the buyer."""

    DOOR = "door", _("Delivered to your door")
    PICKUP = "pickup", _("Picked up at the producer's place")
    ON_SITE = "on_site", _("You are the host's guest, nothing is sent")
    AT_POINT = "at_point", _("Reserved, you pick it up at the point of sale")


#: Ways that follow from what is bought; nothing travels and nobody chooses them.
FIXED_WAYS = (DeliveryWay.ON_SITE, DeliveryWay.AT_POINT)


class DeliveryTable(models.Model):
    """What a seller charges for delivery, by groups of provinces and by weight.

    A seller without a table, or with one without zones, charges the flat sum of ``Partner.delivery_charge``.
    The zones are written and read as a whole, so that the checkout gets them with the seller in one query:
    each is a dict as `marketplace.sales.domain.charge.Zone` describes it, and only
    `marketplace.sales.domain.tables.save` writes them.
    """

    seller = models.OneToOneField(
        Partner, verbose_name=_("Seller"), on_delete=models.CASCADE, related_name="delivery_table"
    )
    zones = models.JSONField(_("Zones"), default=list, blank=True)
    usual_grams = models.PositiveIntegerField(
        _("Usual weight (g)"),
        default=USUAL_GRAMS,
        help_text=_("Of one item with its packing, where the product states none."),
    )
    offers_pickup = models.BooleanField(_("Buyers can pick up"), default=False)
    pickup_place = models.CharField(
        _("Where to pick up"),
        max_length=255,
        blank=True,
        help_text=_("Address and hours, as buyers read them."),
    )
    saved_at = models.DateTimeField(_("Saved"), auto_now=True)

    class Meta:
        verbose_name = _("Delivery table")
        verbose_name_plural = _("Delivery tables")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(usual_grams__gt=0), name="delivery_usual_weight_is_positive"
            )
        ]

    def __str__(self):
        return f"{self.seller}: {len(self.zones)}"
