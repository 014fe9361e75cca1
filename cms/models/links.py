import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from marketplace.core import clock


class OutsideLinkQuerySet(models.QuerySet):
    def due(self) -> models.QuerySet:
        """Those to be looked at: new ones first, those that failed daily, the others weekly."""
        now = clock.now()
        long_ago = Q(checked_at__lt=now - OutsideLink.EVERY)
        failing = Q(failing_since__isnull=False, checked_at__lt=now - OutsideLink.EVERY_WHILE_FAILING)
        return self.filter(Q(checked_at=None) | long_ago | failing).order_by(
            models.F("checked_at").asc(nulls_first=True), "pk"
        )

    def broken(self) -> models.QuerySet:
        """What leads nowhere: gone, or out of reach for so long that it is no passing trouble."""
        patience = clock.now() - OutsideLink.PATIENCE
        unreachable = Q(state=OutsideLink.State.UNREACHABLE, failing_since__lte=patience)
        return self.filter(Q(state=OutsideLink.State.GONE) | unreachable)


class OutsideLink(models.Model):
    """An address of another site that live pages link to, and whether it still leads somewhere."""

    class State(models.TextChoices):
        NEW = "new", _("Not looked at yet")
        WORKS = "works", _("Works")
        GONE = "gone", _("The page is gone")
        UNREACHABLE = "unreachable", _("The site does not answer")
        CLOSED = "closed", _("The site turns machines away")

    FAILING = (State.GONE, State.UNREACHABLE)
    EVERY = datetime.timedelta(days=7)
    EVERY_WHILE_FAILING = datetime.timedelta(days=1)
    PATIENCE = datetime.timedelta(days=2)

    url = models.URLField(_("Address"), max_length=1000, unique=True)
    pages = models.ManyToManyField(Page, related_name="+", verbose_name=_("Pages"))
    state = models.CharField(_("State"), max_length=12, choices=State, default=State.NEW)
    checked_at = models.DateTimeField(_("Looked at"), null=True)
    failing_since = models.DateTimeField(_("Failing since"), null=True)

    objects = OutsideLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("Link to another site")
        verbose_name_plural = _("Links to other sites")
        default_permissions = ()

    def __str__(self):
        return self.url

    @property
    def host(self) -> str:
        return self.url.split("/", 3)[2].lower()
