from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.models import Page

from cms.models.files import File
from cms.models.public import PublicPage
from marketplace.core.languages import in_readers_language, language_of
from marketplace.core.text import fold


class PaperQuerySet(models.QuerySet):
    def public(self):
        return self.filter(is_public=True)

    def newest_first(self):
        """By day; those of which only the year is known stand after the days of that year."""
        return self.order_by(
            F("issued_year").desc(nulls_last=True), F("issued_on").desc(nulls_last=True), "pk"
        )


class Paper(models.Model):
    """A decision, plan or other act of the programme, to be read here or at its source."""

    class Kind(models.TextChoices):
        LAW = "law", _("Law")
        DECREE = "decree", _("Decree")
        RESOLUTION = "resolution", _("Resolution")
        DECISION = "decision", _("Decision")
        PLAN = "plan", _("Plan")
        OTHER = "other", _("Other")

    kind = models.CharField(_("Kind"), max_length=12, choices=Kind)
    number = models.CharField(_("Number"), max_length=60, help_text=_("As it stands on the paper."))
    title = models.CharField(_("What it is about"), max_length=300)
    title_en = models.CharField(_("What it is about, in English"), max_length=300, blank=True)
    issuer = models.CharField(_("Issued by"), max_length=160)
    issued_on = models.DateField(_("Date"), null=True, blank=True)
    issued_year = models.PositiveSmallIntegerField(
        _("Year"), null=True, blank=True, help_text=_("Where the day is not known.")
    )
    summary = models.TextField(_("Summary"), blank=True)
    summary_en = models.TextField(_("Summary in English"), blank=True)
    replaced_by = models.ForeignKey(
        "self",
        verbose_name=_("Replaced by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="replaces",
    )
    file = models.ForeignKey(
        File, verbose_name=_("File"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    source_url = models.URLField(_("Source"), max_length=500, blank=True)
    is_public = models.BooleanField(_("Shown to readers"), default=True)
    folded = models.TextField(_("Text for search"), editable=False)

    objects = PaperQuerySet.as_manager()

    panels = [
        FieldRowPanel([FieldPanel("kind"), FieldPanel("number")]),
        FieldPanel("title"),
        FieldPanel("summary"),
        MultiFieldPanel([FieldPanel("title_en"), FieldPanel("summary_en")], heading=_("English")),
        FieldPanel("issuer"),
        FieldRowPanel([FieldPanel("issued_on"), FieldPanel("issued_year")]),
        MultiFieldPanel([FieldPanel("file"), FieldPanel("source_url")], heading=_("File or source")),
        FieldPanel("replaced_by"),
        FieldPanel("is_public"),
    ]

    class Meta:
        verbose_name = _("Paper of the library")
        verbose_name_plural = _("Papers of the library")
        ordering = ["-issued_year", "-issued_on", "pk"]
        indexes = [models.Index(fields=["is_public", "issued_year"], name="cms_paper_public_year")]

    def __str__(self):
        return self.number

    def save(self, *args, **kwargs):
        if self.issued_on is not None:
            self.issued_year = self.issued_on.year
        self.folded = fold(" ".join((self.number, self.title, self.title_en, self.issuer, self.summary)))
        super().save(*args, **kwargs)

    def clean(self):
        """A reader must be able to open it, so there is a file or a source; the year follows the day."""
        super().clean()
        if self.file_id is None and not self.source_url:
            raise ValidationError({"source_url": _("Please give a file or the address of the source.")})
        if self.replaced_by_id is not None and self.replaced_by_id == self.pk:
            raise ValidationError({"replaced_by": _("A paper does not replace itself.")})

    @property
    def display_title(self) -> str:
        return in_readers_language(self.title, self.title_en)

    @property
    def title_language(self) -> str:
        return language_of(self.title_en)

    @property
    def display_summary(self) -> str:
        return in_readers_language(self.summary, self.summary_en)

    @property
    def summary_language(self) -> str:
        return language_of(self.summary_en)

    @property
    def url(self) -> str:
        """Where it is read: the file here, else the source."""
        return self.file.url if self.file is not None else self.source_url


class LibraryPage(PublicPage, Page):
    """The document library: the papers of the programme, found by kind, year, issuer and words."""

    intro = models.TextField(_("Introduction"), blank=True)

    SLUG = "van-ban"
    template = "cms/library/page.html"
    max_count_per_parent = 1
    parent_page_types = ["cms.HomePage"]
    subpage_types = []
    content_panels = [*Page.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("Document library")
        verbose_name_plural = _("Document libraries")

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        # Reads the models of this module.
        from cms.library import found  # noqa: PLC0415

        return super().get_context(request, *args, **kwargs) | found(request.GET)
