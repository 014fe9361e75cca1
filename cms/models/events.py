from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from cms import event_list
from cms.models.public import PublicPage


class EventIndex(PublicPage, Page):
    """The words above the list of events; the events themselves are plain models of `marketplace.events`.

    The list answers at `/su-kien/` whether this page is there or not, so that every event has an address.
    """

    intro = models.TextField(_("Introduction"), blank=True)

    SLUG = "su-kien"
    template = "cms/events/index.html"
    parent_page_types = ["cms.HomePage"]
    subpage_types = []
    max_count_per_parent = 1
    content_panels = [*Page.content_panels, FieldPanel("intro")]
    search_fields = [*Page.search_fields, *PublicPage.own_search_fields]

    class Meta:
        verbose_name = _("List of events")
        verbose_name_plural = _("Lists of events")

    def get_context(self, request, *args, **kwargs):
        return {**super().get_context(request, *args, **kwargs), **event_list.context(request), "texts": self}
