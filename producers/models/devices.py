"""Devices of a point that keep entries while there is no network, and what they sent."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .points import PointOfSale
from .shelves import PointAct


def _person(label: str) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=label,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )


class PointDevice(models.Model):
    """A phone or computer that may send entries of a point; each signs with a secret of its own."""

    point = models.ForeignKey(
        PointOfSale, verbose_name=_("Point of sale"), on_delete=models.CASCADE, related_name="devices"
    )
    name = models.CharField(_("Name"), max_length=80)
    secret = models.TextField(_("Secret (encrypted)"), editable=False, help_text=_("Never shown again."))
    added_by = _person(_("Added by"))
    added_at = models.DateTimeField(_("Added"), auto_now_add=True)
    revoked_at = models.DateTimeField(_("Revoked"), null=True, blank=True)
    last_sequence = models.PositiveBigIntegerField(_("Last entry"), default=0, editable=False)
    seen_at = models.DateTimeField(_("Last heard of"), null=True, blank=True)

    class Meta:
        verbose_name = _("Device of a point")
        verbose_name_plural = _("Devices of points")
        ordering = ["name", "pk"]

    def __str__(self):
        return self.name


class DeviceEntry(models.Model):
    """One entry as a device sent it. What was not signed by it or could not be done waits for the manager."""

    class State(models.TextChoices):
        DONE = "done", _("Done")
        KEPT = "kept", _("Waits for the manager")
        DISMISSED = "dismissed", _("Dismissed")

    class Trouble(models.TextChoices):
        NONE = "", _("None")
        FORGED = "forged", _("Not as the device wrote it")
        GAP = "gap", _("Entries before it are missing")
        REVOKED = "revoked", _("The device is revoked")
        REFUSED = "refused", _("A rule forbids it")
        UNREADABLE = "unreadable", _("Not readable")

    device = models.ForeignKey(
        PointDevice, verbose_name=_("Device"), on_delete=models.PROTECT, related_name="entries"
    )
    digest = models.CharField(
        max_length=64, editable=False, help_text=_("Of all that was sent: the same thing is kept once.")
    )
    client_id = models.CharField(_("Client's number"), max_length=36, blank=True)
    sequence = models.PositiveBigIntegerField(_("Number on the device"), null=True, blank=True)
    kind = models.CharField(_("Kind"), max_length=20, blank=True)
    body = models.TextField(_("As it was sent"))
    happened_at = models.DateTimeField(_("Happened"), null=True, blank=True)
    received_at = models.DateTimeField(_("Received"), auto_now_add=True)
    state = models.CharField(_("State"), max_length=10, choices=State)
    trouble = models.CharField(_("Trouble"), max_length=10, choices=Trouble, blank=True)
    reason = models.CharField(_("Reason"), max_length=300, blank=True)
    act = models.ForeignKey(
        PointAct,
        verbose_name=_("Act"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="entries",
    )
    actor = _person(_("Sent by"))
    settled_by = _person(_("Looked at by"))
    settled_at = models.DateTimeField(_("Looked at"), null=True, blank=True)
    note = models.CharField(_("Note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("Entry of a device")
        verbose_name_plural = _("Entries of devices")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["device", "digest"], name="one_entry_per_device_and_text"),
            models.UniqueConstraint(
                fields=["device", "sequence"],
                condition=~Q(trouble__in=["forged", "unreadable"]),
                name="one_true_entry_per_number",
            ),
        ]
        indexes = [models.Index(fields=["device"], condition=Q(state="kept"), name="entries_kept")]

    def __str__(self):
        return f"{self.device}: {self.sequence}"
