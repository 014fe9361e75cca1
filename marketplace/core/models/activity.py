from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Activity(models.Model):
    """One line of the activity log: who did what to which object, never changed afterwards."""

    at = models.DateTimeField(_("At"), auto_now_add=True, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Actor"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    act = models.CharField(_("Act"), max_length=60, help_text=_("A dotted name, such as order.confirmed."))
    subject_kind = models.CharField(_("Kind of subject"), max_length=60)
    subject_id = models.CharField(_("Subject"), max_length=40)
    details = models.JSONField(_("Details"), default=dict)

    class Meta:
        verbose_name = _("Activity")
        verbose_name_plural = _("Activity log")
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["subject_kind", "subject_id"])]

    def __str__(self):
        return f"{self.act} {self.subject_kind} {self.subject_id}"
