from django.db import models
from django.utils.translation import gettext_lazy as _


class SentMessage(models.Model):
    """A message to one person that goes out once, however often its task runs."""

    key = models.CharField(
        _("Key"), max_length=200, unique=True, help_text=_("What it tells, of what, to whom.")
    )
    recipient = models.EmailField(_("Recipient"))
    claimed_at = models.DateTimeField(
        _("Begun"), help_text=_("When a worker last began to send it."), db_index=True
    )
    claimed_by = models.UUIDField(
        _("Begun by"), null=True, blank=True, help_text=_("The task that last began to send it.")
    )
    sent_at = models.DateTimeField(_("Sent"), null=True, blank=True)

    class Meta:
        verbose_name = _("Sent message")
        verbose_name_plural = _("Sent messages")
        ordering = ["-claimed_at"]

    def __str__(self):
        return self.key
