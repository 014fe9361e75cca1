from django.core.exceptions import ValidationError
from django.db import models
from django.dispatch import receiver
from django.http import Http404, HttpRequest
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page
from wagtail.signals import page_published
from wagtail.url_routing import RouteResult

from cms.editions import editions_of
from cms.models.public import PublicPage
from cms.richtext import FEATURES
from marketplace.core.text import fold
from marketplace.legal.domain.publish import TextIsFixed, check_fixed, publish
from marketplace.legal.models import Kind, Version, VersionText


class LegalPage(PublicPage, Page):
    """Where an editor writes a legal text, and readers find the version that holds today.

    Publishing the page fixes its text as an edition (`marketplace.legal`); readers get editions, never the
    page's own text, so that a draft for next year is published today and shown as what comes.
    """

    kind = models.CharField(_("Kind"), max_length=12, choices=Kind)
    edition = models.CharField(
        _("Edition"),
        max_length=20,
        help_text=_("A name for this text, such as 2026-11. A changed text needs a new one."),
    )
    effective_from = models.DateField(
        _("In force from"), help_text=_("Never earlier than the day on which the page is published.")
    )
    changes = models.TextField(
        _("What has changed"), blank=True, help_text=_("One or two sentences for the list of editions.")
    )
    intro = models.TextField(_("Introduction"), blank=True)
    text = RichTextField(_("Text"), features=FEATURES)
    show_in_footer = models.BooleanField(_("Named in the footer"), default=False)

    template = "cms/legal/page.html"
    parent_page_types = ["cms.HomePage"]
    subpage_types = []
    content_panels = [
        *Page.content_panels,
        MultiFieldPanel(
            [FieldPanel("kind"), FieldPanel("edition"), FieldPanel("effective_from"), FieldPanel("changes")],
            heading=_("Edition"),
        ),
        FieldPanel("intro"),
        FieldPanel("text"),
    ]
    promote_panels = [*Page.promote_panels, FieldPanel("show_in_footer")]

    class Meta:
        verbose_name = _("Legal page")
        verbose_name_plural = _("Legal pages")

    search_fields = [*Page.search_fields, *PublicPage.own_search_fields]

    @property
    def folded_words(self) -> str:
        return f"{super().folded_words} {fold(strip_tags(self.text))}"

    @property
    def language(self) -> str:
        return self.locale.language_code

    def clean(self):
        """Keep what is published: a changed text needs a new edition, with a later day than the others."""
        super().clean()
        if not self.kind or not self.edition or self.effective_from is None:
            return
        editions = Version.objects.filter(kind=self.kind)
        published = editions.filter(edition=self.edition).first()
        if published is not None:
            try:
                check_fixed(published, self.as_text())
            except TextIsFixed as error:
                raise ValidationError({"edition": str(error)}) from error
            return
        newest = editions.order_by("-effective_from").first()
        if newest is not None and self.effective_from < newest.effective_from:
            words = _("Edition %(edition)s holds from %(day)s; a new one cannot begin before it.")
            day = newest.effective_from.strftime("%d/%m/%Y")
            raise ValidationError({"effective_from": words % {"edition": newest.edition, "day": day}})

    def as_text(self) -> VersionText:
        """The page's words as the text of an edition, not saved."""
        return VersionText(
            language=self.language,
            title=self.title,
            intro=self.intro,
            text=self.text,
            changes=self.changes,
        )

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Each edition has an address of its own below the page."""
        match path_components:
            case ["phien-ban", edition] if self.live:
                return RouteResult(self, kwargs={"edition": edition})
        return super().route(request, path_components)

    def get_context(self, request: HttpRequest, edition: str = "") -> dict:
        """The edition that holds today, or the one that is asked for."""
        return super().get_context(request) | self._editions(request, edition)

    def _editions(self, request: HttpRequest, name: str) -> dict:
        if getattr(request, "is_preview", False):
            return {"text": self.as_text()}
        editions = editions_of(self.kind, self.language, self.address)
        coming = [each for each in editions if each.is_coming]
        current = next((each for each in editions if each.is_in_force), None)
        shown = current or next(reversed(coming), None)
        if name:
            shown = next((each for each in editions if each.name == name), None)
            if shown is None:
                raise Http404
        return {
            "shown": shown,
            "text": shown.text if shown else self.as_text(),
            "current": current,
            "next": next(reversed(coming), None),
            "editions": editions,
            "is_asked_for": bool(name),
        }


@receiver(page_published, sender=LegalPage)
def fix_text(sender, instance, revision=None, **kwargs):
    """What readers can read from now on is fixed as an edition."""
    publish(
        kind=instance.kind,
        edition=instance.edition,
        effective_from=instance.effective_from,
        text=instance.as_text(),
        actor=revision.user if revision is not None else None,
    )
