"""The shop's paths (design, section 4). Namespaces keep oscar's names, which its dashboard and mails use."""

from django.urls import include, path

from storefront.urlconfs import (
    account,
    basket,
    catalogue,
    certifications,
    checkout,
    points,
    search,
    site,
    stalls,
)

urlpatterns = [
    path("", include(site)),
    path("san-pham/", include(catalogue)),
    path("gian-hang/", include(stalls)),
    path("diem-ban/", include(points)),
    path("tim-kiem/", include(search)),
    path("chung-nhan/", include(certifications)),
    path("gio-hang/", include(basket)),
    path("thanh-toan/", include(checkout)),
    path("tai-khoan/", include(account)),
]
