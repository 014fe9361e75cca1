"""The report of products that pages name although they are not listed any more."""

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.reports import ReportView
from wagtail.models import Page
from wagtail.permissions import policy_registry

from cms.named_products import gone_by_page

WRITING = ["add", "change", "publish"]


def _title(page: Page) -> SafeString:
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return format_html('<a href="{}">{}</a>', address, page.get_admin_display_title())


class GoneProductsReport(ReportView):
    model = Page
    page_title = _("Products that have dropped out")
    header_icon = "tag"
    index_url_name = "gone_products"
    index_results_url_name = "gone_products_results"
    default_ordering = "title"
    is_searchable = False
    list_export = ["title"]
    permission_policy = policy_registry.get_by_type(Page)
    any_permission_required = WRITING

    @cached_property
    def gone(self) -> dict:
        return gone_by_page()

    @property
    def columns(self) -> list[Column]:
        return [
            Column("title", label=_("Page"), accessor=_title),
            Column("gone", label=_("Products that readers do not see"), accessor=self._names),
        ]

    def _names(self, page: Page) -> SafeString:
        names = ((product.title,) for product in self.gone[page.pk])
        return format_html_join(SafeString("<br>"), "{}", names)

    def get_queryset(self) -> QuerySet:
        self.queryset = Page.objects.filter(pk__in=self.gone).order_by("title", "pk")
        return super().get_queryset()


class GoneProductsItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return policy_registry.get_by_type(Page).user_has_any_permission(request.user, WRITING)


def menu_item() -> MenuItem:
    return GoneProductsItem(
        _("Products that have dropped out"),
        reverse("gone_products"),
        name="gone-products",
        icon_name="tag",
        order=660,
    )


urlpatterns = [
    path("bao-cao/san-pham-roi/", GoneProductsReport.as_view(), name="gone_products"),
    path(
        "bao-cao/san-pham-roi/ket-qua/",
        GoneProductsReport.as_view(results_only=True),
        name="gone_products_results",
    ),
]
