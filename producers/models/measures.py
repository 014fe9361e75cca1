"""Measures against what is sold here: on whose request, why, by when, and what was done."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.core import clock

from .sellers import Partner


def _person(label: str) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=label,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )


class MeasureQuerySet(models.QuerySet):
    def to_do(self):
        """What is recorded and not carried out, what is due first before the others."""
        return self.filter(done_at=None, lifted_at=None).order_by("due_at", "pk")

    def in_force(self):
        return self.filter(done_at__isnull=False, lifted_at=None)


class Measure(models.Model):
    """One measure, asked for by an authority or decided by the office; the row is its record."""

    class Ground(models.TextChoices):
        AUTHORITY = "authority", _("Request of an authority")
        OFFICE = "office", _("Decision of the office")

    class State(models.TextChoices):
        TO_DO = "to do", _("To be carried out")
        IN_FORCE = "in force", _("Carried out")
        LIFTED = "lifted", _("Lifted")

    ground = models.CharField(_("Ground"), max_length=10, choices=Ground)
    authority = models.CharField(_("Authority"), max_length=160, blank=True)
    reference = models.CharField(
        _("Number of its letter"), max_length=80, blank=True, help_text=_("Or of the office's decision.")
    )
    reason = models.CharField(_("Reason"), max_length=500, help_text=_("The seller reads it."))
    received_at = models.DateTimeField(_("Request received"))
    due_at = models.DateTimeField(_("Due"), db_index=True)
    recorded_by = _person(_("Recorded by"))
    recorded_at = models.DateTimeField(_("Recorded"), auto_now_add=True)
    done_at = models.DateTimeField(_("Carried out"), null=True, blank=True)
    done_by = _person(_("Carried out by"))
    lifted_at = models.DateTimeField(_("Lifted"), null=True, blank=True)
    lifted_by = _person(_("Lifted by"))
    lifted_reason = models.CharField(_("Why it was lifted"), max_length=500, blank=True)

    objects = MeasureQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ground="office") | ~Q(authority=""), name="%(class)s_names_its_authority"
            )
        ]

    @property
    def state(self) -> "Measure.State":
        if self.lifted_at is not None:
            return self.State.LIFTED
        return self.State.TO_DO if self.done_at is None else self.State.IN_FORCE

    @property
    def is_overdue(self) -> bool:
        """Whether the time that the law gives is over and nothing was done."""
        return self.state == self.State.TO_DO and clock.now() > self.due_at

    @property
    def was_late(self) -> bool:
        return self.done_at is not None and self.done_at > self.due_at


class Suspension(Measure):
    """A stall sells nothing for a time; its buyers' open orders go on."""

    seller = models.ForeignKey(
        Partner, verbose_name=_("Seller"), on_delete=models.PROTECT, related_name="suspensions"
    )
    notice_at = models.DateTimeField(
        _("Notice given"), null=True, blank=True, help_text=_("Empty on an authority's request.")
    )
    begins_at = models.DateTimeField(_("Begins"), db_index=True)

    class Meta(Measure.Meta):
        verbose_name = _("Suspension")
        verbose_name_plural = _("Suspensions")

    def __str__(self):
        return f"{self.seller}: {self.state.label}"
