from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from producers.models import Partner

from .transfers import Transfer
from .visible import MoneyQuerySet


class NotificationKeyQuerySet(MoneyQuerySet):
    def active(self):
        return self.filter(revoked_at=None)


class NotificationKey(models.Model):
    """By what a seller's bank, or who watches its account, signs what it tells us.

    The secret is kept sealed, because signatures are checked with it, and shown to people once.
    """

    seller = models.ForeignKey(
        Partner, verbose_name=_("Seller"), on_delete=models.CASCADE, related_name="notification_keys"
    )
    name = models.SlugField(_("Name"), max_length=40, unique=True)
    sealed_secret = models.TextField(_("Secret, sealed"), editable=False)
    made_at = models.DateTimeField(_("Made"), auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Made by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    used_at = models.DateTimeField(_("Last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("Revoked"), null=True, blank=True)

    objects = NotificationKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("Key for notifications")
        verbose_name_plural = _("Keys for notifications")
        ordering = ["-id"]

    def __str__(self):
        return self.name


class BankNotification(models.Model):
    """One thing that was told under a key; the same ``identifier`` is answered again and counted once."""

    seller = models.ForeignKey(
        Partner, verbose_name=_("Seller"), on_delete=models.CASCADE, related_name="bank_notifications"
    )
    identifier = models.CharField(_("Identifier"), max_length=80)
    body_digest = models.CharField(_("Digest of the body"), max_length=64)
    transfer = models.ForeignKey(
        Transfer, verbose_name=_("Incoming transfer"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("At"), auto_now_add=True)

    class Meta:
        verbose_name = _("Bank's notification")
        verbose_name_plural = _("Bank's notifications")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["seller", "identifier"], name="bank_notification_handled_once")
        ]

    def __str__(self):
        return self.identifier
