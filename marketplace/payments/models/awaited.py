from django.db import models
from django.utils.translation import gettext_lazy as _


class Awaited(models.Model):
    """Until when a payment that the buyer makes after ordering is awaited, and when its buyer is reminded.

    After ``due_at`` whoever started the payment may cancel it. Who has paid a part gets the time once more:
    ``due_at`` is the later end then, and ``extended_at`` when that was given.
    """

    due_at = models.DateTimeField(_("Pay until"), db_index=True)
    remind_at = models.DateTimeField(_("Remind at"))
    reminded_at = models.DateTimeField(_("Reminded"), null=True, blank=True)
    extended_at = models.DateTimeField(_("Extended"), null=True, blank=True)

    class Meta:
        abstract = True
