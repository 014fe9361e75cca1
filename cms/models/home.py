from django.utils.translation import gettext_lazy as _
from wagtail.models import Page


class RootPage(Page):
    """Where the editors' pages hang in one language; the home page itself is the shop's."""

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["cms.ContentPage"]

    class Meta:
        verbose_name = _("Root of the pages")
        verbose_name_plural = _("Roots of the pages")
