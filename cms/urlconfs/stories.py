from django.urls import path, re_path

from cms.views import stories

app_name = "stories"
urlpatterns = [
    path("", stories.index, name="index"),
    re_path(r"^(?P<slug>[\w-]+)_(?P<pk>[0-9]{1,18})/$", stories.detail, name="detail"),
    re_path(
        r"^(?P<slug>[\w-]+)_(?P<pk>[0-9]{1,18})/chia-se-(?P<digest>[0-9a-f]{16})\.jpg$",
        stories.share,
        name="share",
    ),
]
