from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from cms.blocks import BodyBlock
from cms.models.public import PublicPage
from cms.panels import GoneProductsPanel


class ContentPage(PublicPage, Page):
    """A page of text: how to order, what the stars mean, who we are."""

    intro = models.TextField(_("Introduction"), blank=True)
    body = StreamField(BodyBlock(), verbose_name=_("Text"))
    show_in_footer = models.BooleanField(_("Named in the footer"), default=False)

    template = "cms/content_page.html"
    parent_page_types = ["cms.HomePage", "cms.ContentPage"]
    subpage_types = ["cms.ContentPage"]
    content_panels = [*Page.content_panels, FieldPanel("intro"), GoneProductsPanel(), FieldPanel("body")]
    promote_panels = [*Page.promote_panels, FieldPanel("show_in_footer")]
    search_fields = [*Page.search_fields, *PublicPage.own_search_fields]
    streams = ("body",)

    class Meta:
        verbose_name = _("Page of text")
        verbose_name_plural = _("Pages of text")

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        composed = self.composed()
        context = super().get_context(request, *args, **kwargs)
        return {**context, "rows": composed.streams[0], "nav_groups": composed.tree.groups}
