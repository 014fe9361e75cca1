from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

WHOLE = 10_000
"""Hundredths of a percent in the whole."""


class FeeRate(models.Model):
    """What the marketplace takes of the goods that a seller has delivered, from a day on.

    Set by the office and never changed afterwards; where there is no rate there is no fee. An order is
    charged by the rate of the day in Hà Nội on which it was placed.
    """

    valid_from = models.DateField(_("Valid from"), unique=True)
    hundredths = models.PositiveSmallIntegerField(
        _("Hundredths of a percent"), validators=[MaxValueValidator(WHOLE)]
    )
    source = models.CharField(_("Decision"), max_length=200, help_text=_("What the rate is set by."))
    set_at = models.DateTimeField(_("Set"), auto_now_add=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Set by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("Fee rate")
        verbose_name_plural = _("Fee rates")
        ordering = ["-valid_from"]
        constraints = [
            models.CheckConstraint(condition=models.Q(hundredths__lte=WHOLE), name="fee_at_most_the_whole")
        ]

    def __str__(self):
        return f"{self.percent} %, {self.valid_from}"

    @property
    def percent(self) -> str:
        """The rate in percent, such as ``2`` or ``2.5``."""
        return f"{self.hundredths / 100:g}"
