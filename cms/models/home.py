from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from cms.blocks import HomeBlock
from cms.models.public import PublicPage
from cms.panels import GoneProductsPanel


class HomePage(PublicPage, Page):
    """The home page in one language, composed of blocks; above all other pages of that language."""

    body = StreamField(HomeBlock(), verbose_name=_("Page"), blank=True)

    template = "cms/home.html"
    parent_page_types = ["wagtailcore.Page"]
    content_panels = [*Page.content_panels, GoneProductsPanel(), FieldPanel("body")]
    search_fields = [*Page.search_fields, *PublicPage.own_search_fields]
    streams = ("body",)

    class Meta:
        verbose_name = _("Home page")
        verbose_name_plural = _("Home pages")

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        composed = self.composed()
        context = super().get_context(request, *args, **kwargs)
        return {
            **context,
            "rows": composed.streams[0],
            "nav_groups": composed.tree.groups,
            "has_headline": any(stored["type"] == "hero" for stored in self.body.raw_data),
        }
