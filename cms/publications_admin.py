"""Where an editor has a publication printed and sees how far that is."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.models import PrintRun, PublicationPage
from cms.publications.making import ask

#: Seconds after which the page looks again while a run is in work.
REFRESH = 2


class PrintRuns(WagtailAdminTemplateMixin, View):
    """The print runs of one publication; who may edit the publication may have it printed."""

    header_icon = "download"
    template_name = "cms/publications/print_runs.html"

    def dispatch(self, request: HttpRequest, *args, pk: int, **kwargs) -> HttpResponse:
        self.page = get_object_or_404(PublicationPage, pk=pk)
        if not self.page.permissions_for_user(request.user).can_edit():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        response = self.render_to_response(self.get_context_data())
        if any(run.state in (PrintRun.State.WAITING, PrintRun.State.MAKING) for run in self._runs):
            response.headers["Refresh"] = str(REFRESH)
        return response

    def post(self, request: HttpRequest) -> HttpResponse:
        ask(self.page, actor=request.user)
        messages.success(request, _("The PDF is being made. This page shows how far it is."))
        return redirect(request.path)

    def get_page_title(self) -> str:
        return _("Printed edition")

    def get_page_subtitle(self) -> str:
        return self.page.get_admin_display_title()

    def get_breadcrumbs_items(self) -> list[dict]:
        edit = reverse("wagtailadmin_pages:edit", args=[self.page.pk])
        return [
            *super().get_breadcrumbs_items(),
            {"url": edit, "label": self.page.get_admin_display_title()},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs) -> dict:
        return {**super().get_context_data(**kwargs), "page": self.page, "print_runs": self._runs}

    @cached_property
    def _runs(self) -> list[PrintRun]:
        return list(self.page.print_runs.select_related("asked_by", "revision"))


urlpatterns: list[URLPattern] = [
    path("an-pham/<int:pk>/ban-in/", PrintRuns.as_view(), name="print_runs"),
]
