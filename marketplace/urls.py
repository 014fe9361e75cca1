"""The site's paths: Vietnamese in both languages, English under ``/en/``; Wagtail's pages come last."""

from django.apps import apps
from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from django.views.static import serve

from marketplace.core import health
from storefront.views.notices import service_worker

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    # At the root, so that it may speak for the whole site.
    path("sw.js", service_worker, name="service-worker"),
    path("quan-tri/", include("cms.admin_urls")),
    path("", include("cms.urlconfs.sitemaps")),
]

if settings.DEMO:
    urlpatterns.append(path("media/<path:path>", serve, {"document_root": settings.MEDIA_ROOT}))

urlpatterns += i18n_patterns(
    path("dashboard/", apps.get_app_config("dashboard").urls),
    path("ban-hang/", include("marketplace.desks.producer.urls")),
    path("diem-ban/quan-ly/", include("marketplace.desks.point.urls")),
    path("chuong-trinh/", include("marketplace.desks.office.urls")),
    path("he-thong/", include("marketplace.desks.system.urls")),
    path("", include("storefront.urls")),
    path("", include("cms.urls")),
    prefix_default_language=False,
)

handler400 = "storefront.views.errors.bad_request"
handler403 = "storefront.views.errors.forbidden"
handler404 = "storefront.views.errors.not_found"
handler500 = "storefront.views.errors.server_error"
