from django.urls import path, re_path

from storefront.views import stalls

app_name = "stalls"
urlpatterns = [
    path("", stalls.index, name="index"),
    path("<slug:slug>/", stalls.detail, name="detail"),
    re_path(r"^(?P<slug>[\w-]+)/chia-se-(?P<digest>[0-9a-f]{16})\.jpg$", stalls.share, name="share"),
]
