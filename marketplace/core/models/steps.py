from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Step(models.Model):
    """One step in a history, never changed afterwards: when, by whom, with which words.

    What has the history adds itself and the ``state`` that the step led to.
    """

    at = models.DateTimeField(_("At"), auto_now_add=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Actor"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    note = models.CharField(_("Note"), max_length=500, blank=True)

    class Meta:
        abstract = True
        ordering = ["id"]

    def __str__(self):
        return f"{self.get_state_display()} {self.at}"
