"""Wagtail's admin."""

from wagtail.admin import urls

urlpatterns = urls.urlpatterns
