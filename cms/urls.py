"""Wagtail's documents and, last of all, its pages."""

from django.urls import include, path
from wagtail import urls as page_urls
from wagtail.documents import urls as document_urls

urlpatterns = [
    path("tai-lieu/", include(document_urls)),
    path("", include(page_urls)),
]
