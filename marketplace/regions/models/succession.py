from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.regions.models.region import Region


class Succession(models.Model):
    """A former unit and one unit of today that has taken over (a part of) its land.

    Successors are always current units, however many mergers lie between, so that "then" and
    "now" are one step apart.
    """

    predecessor = models.ForeignKey(
        Region,
        on_delete=models.CASCADE,
        related_name="successions",
        verbose_name=_("predecessor"),
    )
    successor = models.ForeignKey(
        Region,
        on_delete=models.CASCADE,
        related_name="inheritances",
        verbose_name=_("successor"),
    )
    is_default = models.BooleanField(
        _("default successor"),
        default=True,
        help_text=_("The successor to assume when only the former unit is known."),
    )
    is_split = models.BooleanField(
        _("divided"),
        default=False,
        help_text=_("The former unit was divided among several successors."),
    )
    on = models.DateField(
        _("date of the change"),
        null=True,
        blank=True,
        help_text=_("Empty where the sources do not say when the former unit ended."),
    )

    class Meta:
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="regions_succession_unique"),
            models.UniqueConstraint(
                fields=["predecessor"],
                condition=Q(is_default=True),
                name="regions_succession_one_default",
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")), name="regions_succession_not_itself"
            ),
        ]

    def __str__(self):
        return f"{self.predecessor} → {self.successor}"
