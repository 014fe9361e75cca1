"""The report of links that lead nowhere, with the pages to mend."""

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.reports import ReportView
from wagtail.models import Page
from wagtail.permissions import policy_registry

from cms.models import OutsideLink

WRITING = ["add", "change", "publish"]


def _address(link: OutsideLink) -> SafeString:
    return format_html('<a href="{0}" rel="noreferrer">{0}</a>', link.url)


def _pages(link: OutsideLink) -> SafeString:
    return format_html_join(
        SafeString("<br>"),
        '<a href="{}">{}</a>',
        ((reverse("wagtailadmin_pages:edit", args=[page.pk]), page.title) for page in link.pages.all()),
    )


class BrokenLinksReport(ReportView):
    model = OutsideLink
    page_title = _("Broken links")
    header_icon = "link"
    index_url_name = "broken_links"
    index_results_url_name = "broken_links_results"
    default_ordering = "failing_since"
    columns = [
        Column("url", label=_("Address"), accessor=_address),
        Column("state", label=_("What is wrong"), accessor="get_state_display"),
        DateColumn("failing_since", label=_("Since")),
        Column("pages", label=_("On these pages"), accessor=_pages),
    ]
    list_export = ["url", "state", "failing_since"]
    permission_policy = policy_registry.get_by_type(Page)
    any_permission_required = WRITING

    def get_queryset(self) -> QuerySet:
        self.queryset = OutsideLink.objects.broken().prefetch_related("pages").order_by("failing_since", "pk")
        return super().get_queryset()


class BrokenLinksItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return policy_registry.get_by_type(Page).user_has_any_permission(request.user, WRITING)


def menu_item() -> MenuItem:
    return BrokenLinksItem(
        _("Broken links"), reverse("broken_links"), name="broken-links", icon_name="link", order=650
    )


urlpatterns = [
    path("bao-cao/lien-ket-hong/", BrokenLinksReport.as_view(), name="broken_links"),
    path(
        "bao-cao/lien-ket-hong/ket-qua/",
        BrokenLinksReport.as_view(results_only=True),
        name="broken_links_results",
    ),
]
