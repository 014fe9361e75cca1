import datetime

from django.conf import settings
from django.db import models
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page, Revision

from cms.models.public import PublicPage
from cms.publications.blocks import ChaptersBlock
from cms.publications.panels import PrintRunsPanel


class PublicationIndex(PublicPage, Page):
    """The list of publications."""

    intro = models.TextField(_("Introduction"), blank=True)

    SLUG = "an-pham"
    template = "cms/publications/index.html"
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.PublicationPage"]
    max_count_per_parent = 1
    content_panels = [*Page.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("List of publications")
        verbose_name_plural = _("Lists of publications")

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        found = PublicationPage.objects.child_of(self).live().public()
        publications = found.select_related("picture").order_by("-first_published_at", "-pk")
        return {**super().get_context(request, *args, **kwargs), "publications": publications}


class PublicationPage(PublicPage, Page):
    """A catalogue of recognised products: chapters for the web, and a PDF for the printer."""

    class Layout(models.TextChoices):
        HALF = "half", _("Two products on a page")
        PAGE = "page", _("One product on a page")

    subtitle = models.CharField(_("Subtitle"), max_length=160, blank=True)
    intro = models.TextField(_("Introduction"), blank=True, help_text=_("For the list and for sharing."))
    picture = models.ForeignKey(
        "cms.Picture",
        verbose_name=_("Picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    foreword = models.TextField(
        _("Foreword"), blank=True, help_text=_("Leave an empty line between paragraphs.")
    )
    signed = models.CharField(_("Signed by"), max_length=160, blank=True)
    chapters = StreamField(
        ChaptersBlock(),
        verbose_name=_("Chapters"),
        help_text=_("A product that fits several chapters stands in the first of them."),
    )
    layout = models.CharField(_("Print layout"), max_length=4, choices=Layout, default=Layout.HALF)
    imprint = models.TextField(
        _("Imprint"), blank=True, help_text=_("Who publishes it. Date and sources are added.")
    )

    template = "cms/publications/publication.html"
    parent_page_types = ["cms.PublicationIndex"]
    subpage_types = []
    content_panels = [
        *Page.content_panels,
        PrintRunsPanel(heading=_("Printed edition")),
        FieldPanel("subtitle"),
        FieldPanel("intro"),
        FieldPanel("picture"),
        MultiFieldPanel([FieldPanel("foreword"), FieldPanel("signed")], heading=_("Foreword")),
        FieldPanel("chapters"),
        MultiFieldPanel([FieldPanel("layout"), FieldPanel("imprint")], heading=_("Print")),
    ]

    class Meta:
        verbose_name = _("Publication")
        verbose_name_plural = _("Publications")

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        """The chapters with their first cards, or all cards of the one that the address asks for."""
        # Cards can be read only when all models are loaded.
        from cms.publications.reading import Reading  # noqa: PLC0415

        reading = Reading(self.chapters.raw_data, request.GET)
        return {
            **super().get_context(request, *args, **kwargs),
            "reading": reading,
            "nav_groups": reading.tree.groups,
            "noindex": reading.is_unknown,
            "print_run": self.public_print_run,
        }

    @cached_property
    def public_print_run(self) -> "PrintRun | None":
        """The newest finished PDF of what is published; those of later drafts are for editors only."""
        if self.live_revision_id is None:
            return None
        finished = self.print_runs.finished().filter(revision__lte=self.live_revision_id)
        return finished.first()


class PrintRunQuerySet(models.QuerySet):
    def finished(self):
        return self.filter(state=PrintRun.State.DONE)

    def in_work(self):
        """Those that wait for a worker or are being made."""
        return self.filter(state__in=(PrintRun.State.WAITING, PrintRun.State.MAKING))


class PrintRun(models.Model):
    """One PDF of a publication, from an editor's wish to the finished file."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for a worker")
        MAKING = "making", _("Being made")
        DONE = "done", _("Finished")
        FAILED = "failed", _("Failed")

    page = models.ForeignKey(
        PublicationPage, verbose_name=_("Publication"), on_delete=models.CASCADE, related_name="print_runs"
    )
    revision = models.ForeignKey(
        Revision,
        verbose_name=_("Revision"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The texts and the choice that are printed."),
    )
    state = models.CharField(_("State"), max_length=8, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField(_("Asked for"), auto_now_add=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Asked for by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    started_at = models.DateTimeField(_("Begun"), null=True)
    finished_at = models.DateTimeField(_("Finished at"), null=True)
    steps_done = models.PositiveIntegerField(_("Steps done"), default=0)
    steps = models.PositiveIntegerField(_("Steps"), default=0)
    products = models.PositiveIntegerField(_("Products"), default=0)
    pages = models.PositiveIntegerField(_("Pages"), default=0)
    size = models.PositiveIntegerField(_("Size (bytes)"), default=0)
    file = models.FileField(_("File"), upload_to="publications/", max_length=255, blank=True)
    problem = models.TextField(_("What went wrong"), blank=True)

    objects = PrintRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("Print run")
        verbose_name_plural = _("Print runs")
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.page_id} {self.get_state_display()}"

    @property
    def percent(self) -> int:
        return 100 * self.steps_done // self.steps if self.steps else 0

    @property
    def took(self) -> datetime.timedelta | None:
        if self.started_at is None or self.finished_at is None:
            return None
        return self.finished_at - self.started_at
