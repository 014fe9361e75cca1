"""Wagtail's admin, whose scripts know our Vietnamese texts too."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.i18n import JavaScriptCatalog
from wagtail.admin import urls
from wagtail.admin.localization import get_localized_response

_texts = JavaScriptCatalog.as_view()


def texts(request: HttpRequest) -> HttpResponse:
    """The texts of scripts in the editor's language, from every catalogue; Wagtail takes only its own."""
    return get_localized_response(_texts, request)


urlpatterns = [path("jsi18n/", texts, name="wagtailadmin_javascript_catalog"), *urls.urlpatterns]
