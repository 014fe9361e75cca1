from django.db import models
from django.utils.translation import gettext_lazy as _


class TaskWorker(models.Model):
    """A worker process that runs tasks, from its start until its end or until its death is noticed.

    Whether it lives is told by the lock that it holds, not by this row alone: ``tasks.presence``.
    """

    worker_id = models.CharField(_("Worker"), max_length=64, unique=True)
    host = models.CharField(_("Machine"), max_length=255)
    process = models.PositiveIntegerField(_("Process"))
    started_at = models.DateTimeField(_("Started"))
    seen_at = models.DateTimeField(_("Last seen"))

    class Meta:
        verbose_name = _("Worker")
        verbose_name_plural = _("Workers")
        ordering = ["started_at", "pk"]

    def __str__(self):
        return f"{self.host}:{self.process}"


class TaskSchedule(models.Model):
    """When a recurring task is due next; what recurs and how often is declared in code."""

    path = models.CharField(_("Task"), max_length=200, unique=True)
    due_at = models.DateTimeField(_("Due"))
    last_due_at = models.DateTimeField(_("Last due"), null=True, blank=True)
    last_task = models.UUIDField(_("Last task"), null=True, blank=True)

    class Meta:
        verbose_name = _("Schedule")
        verbose_name_plural = _("Schedules")
        ordering = ["path"]

    def __str__(self):
        return self.path
