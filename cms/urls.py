"""Wagtail's documents and, last of all, its pages."""

from django.urls import include, path, re_path
from wagtail import urls as page_urls
from wagtail.documents import urls as document_urls

from cms import sharing
from cms.views.home import home
from cms.views.pages import page

urlpatterns = [
    path("", home, name="home"),
    path("tin-tuc/", include("cms.urlconfs.news")),
    path("tai-lieu/", include(document_urls)),
    path("lien-he/", include("cms.urlconfs.contact")),
    path("ban-tin/", include("cms.urlconfs.newsletter")),
    path("su-kien/", include("cms.urlconfs.events")),
    path("cau-chuyen/", include("cms.urlconfs.stories")),
    path("an-pham/", include("cms.urlconfs.publications")),
    re_path(
        r"^trang/(?P<pk>[0-9]{1,18})/chia-se-(?P<digest>[0-9a-f]{16})\.jpg$",
        sharing.picture,
        name="page-share",
    ),
    # Before Wagtail's own of the same name, which finds pages more slowly.
    re_path(page_urls.serve_pattern, page, name="wagtail_serve"),
    path("", include(page_urls)),
]
