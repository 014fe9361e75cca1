"""Where editors keep the papers of the library."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet

from cms.models import Paper


class PaperList(IndexView):
    def get_base_queryset(self) -> QuerySet:
        return super().get_base_queryset().select_related("replaced_by")


class PaperViewSet(ModelViewSet):
    model = Paper
    index_view_class = PaperList
    name = "papers"
    url_prefix = "van-ban"
    icon = "doc-full"
    menu_label = _("Library of papers")
    add_to_admin_menu = True
    list_display = ["number", "kind", "title", "issuer", "issued_year", "is_public"]
    list_filter = ["kind", "issued_year", "is_public"]
    search_fields = ["number", "title", "folded"]
    search_backend_name = None
    copy_view_enabled = False
