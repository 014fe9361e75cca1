from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.core import clock


class PushDevice(models.Model):
    """A browser that asked for notices: where its push service takes them, and the keys to seal them with."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Person"),
        on_delete=models.CASCADE,
        related_name="push_devices",
    )
    endpoint = models.URLField(_("Address at the push service"), max_length=1000)
    digest = models.CharField(
        _("Digest of the address"), max_length=64, unique=True, help_text=_("SHA-256, in hexadecimal.")
    )
    p256dh = models.CharField(_("Public key of the browser"), max_length=100)
    auth = models.CharField(_("Secret of the browser"), max_length=40)
    name = models.CharField(_("Device"), max_length=80)
    added_at = models.DateTimeField(_("Added"), default=clock.now)

    class Meta:
        verbose_name = _("Device")
        verbose_name_plural = _("Devices")
        ordering = ["id"]

    def __str__(self):
        return self.name
