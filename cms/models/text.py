from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.blocks import RichTextBlock
from wagtail.fields import StreamField
from wagtail.models import Page

from marketplace.core.pages import mark_public

TEXT_FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "hr", "link", "document-link"]


class ContentPage(Page):
    """A page of text: how to order, what the stars mean, terms, data protection."""

    intro = models.TextField(_("Introduction"), blank=True)
    body = StreamField(
        [("text", RichTextBlock(features=TEXT_FEATURES, label=_("Text")))], verbose_name=_("Text")
    )
    show_in_footer = models.BooleanField(_("Named in the footer"), default=False)

    ROOT_DEPTH = 2
    template = "cms/content_page.html"
    parent_page_types = ["cms.RootPage", "cms.ContentPage"]
    subpage_types = ["cms.ContentPage"]
    content_panels = [*Page.content_panels, FieldPanel("intro"), FieldPanel("body")]
    promote_panels = [*Page.promote_panels, FieldPanel("show_in_footer")]

    class Meta:
        verbose_name = _("Page of text")
        verbose_name_plural = _("Pages of text")

    def serve(self, request, *args, **kwargs):
        """The same for everybody; a page with a password reads the session, which keeps it from caches."""
        return mark_public(super().serve(request, *args, **kwargs))

    @property
    def crumbs(self) -> list[dict]:
        """The pages above this one, without the root, and this one without an address."""
        above = self.get_ancestors().filter(depth__gt=self.ROOT_DEPTH)
        return [*({"title": page.title, "url": page.url} for page in above), {"title": self.title}]
