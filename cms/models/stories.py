from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from cms.models.public import PublicPage


class StoryIndex(PublicPage, Page):
    """The words above the list of stories; the stories themselves are plain models of `producers`.

    The list answers at `/cau-chuyen/` whether this page is there or not, so that every story has an address.
    """

    intro = models.TextField(_("Introduction"), blank=True)

    SLUG = "cau-chuyen"
    template = "cms/stories/index.html"
    parent_page_types = ["cms.HomePage"]
    subpage_types = []
    max_count_per_parent = 1
    content_panels = [*Page.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("List of stories")
        verbose_name_plural = _("Lists of stories")

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        # Cards can be read only when all models are loaded.
        from cms.story_list import StoryList  # noqa: PLC0415

        context = super().get_context(request, *args, **kwargs)
        return {**context, "texts": self, "list": StoryList(request.GET)}
