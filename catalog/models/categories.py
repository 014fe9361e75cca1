from django.db import models
from django.utils.translation import gettext_lazy as _
from oscar.apps.catalogue.abstract_models import AbstractCategory

from marketplace.core.addresses import address
from marketplace.core.languages import in_readers_language


class Category(AbstractCategory):
    """An OCOP group (root) or product set (its child); ``code`` is ``food`` … or ``set-01`` … ``set-26``."""

    class SaleRule(models.TextChoices):
        OPEN = "open", _("Sold online")
        CLEARANCE = "clearance", _("Sold online once the office has cleared the seller")
        BOOKING = "booking", _("Booked by date")

    name_en = models.CharField(_("English name"), max_length=255, blank=True)
    set_number = models.PositiveSmallIntegerField(
        _("Set number"),
        null=True,
        blank=True,
        unique=True,
        help_text=_("Number of the set in Decision 26/2026/QĐ-TTg, 1 to 26; empty for a group."),
    )
    sale_rule = models.CharField(_("Sale rule"), max_length=10, choices=SaleRule, default=SaleRule.OPEN)
    minimum_age = models.PositiveSmallIntegerField(
        _("Age of the buyer (years)"),
        null=True,
        blank=True,
        help_text=_("From which age it may be bought, by law; empty: any."),
    )

    class Meta(AbstractCategory.Meta):
        abstract = False

    @property
    def display_name(self) -> str:
        """The name in the reader's language."""
        return in_readers_language(self.name, self.name_en)

    def get_absolute_url(self) -> str:
        """The category's page; by its own slug alone, so that a menu needs no query for each entry."""
        return address("catalogue:category", self.slug, self.pk)
