from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.core import clock
from producers.models import Partner

from .categories import Category


class ClearanceQuerySet(models.QuerySet):
    def in_force(self, on=None):
        """Clearances that count on a day, today without one."""
        day = on or clock.today()
        return self.filter(
            Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=day), starts_on__lte=day, ends_on__gte=day
        )


class Clearance(models.Model):
    """The office has seen a seller's papers for a set whose goods are not sold without them.

    ``paper`` names what was seen: a licence or a declaration with its number.
    """

    seller = models.ForeignKey(
        Partner, verbose_name=_("Seller"), on_delete=models.PROTECT, related_name="clearances"
    )
    category = models.ForeignKey(
        Category, verbose_name=_("Product set"), on_delete=models.PROTECT, related_name="clearances"
    )
    starts_on = models.DateField(_("From"))
    ends_on = models.DateField(_("Until"))
    paper = models.CharField(_("Paper that was seen"), max_length=200)
    withdrawn_on = models.DateField(_("Withdrawn on"), null=True, blank=True)
    reason = models.CharField(_("Reason"), max_length=500, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Actor"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField(_("Recorded"), auto_now_add=True)

    objects = ClearanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("Clearance")
        verbose_name_plural = _("Clearances")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="clearance_ends_after_start"
            )
        ]

    def __str__(self):
        return f"{self.seller}: {self.category}, {self.starts_on} – {self.ends_on}"

    @property
    def is_in_force(self) -> bool:
        today = clock.today()
        is_withdrawn = self.withdrawn_on is not None and self.withdrawn_on <= today
        return not is_withdrawn and self.starts_on <= today <= self.ends_on
