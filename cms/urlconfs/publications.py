from django.urls import re_path

from cms.views import publications

app_name = "publications"
urlpatterns = [
    re_path(
        r"^the-ke/(?P<slug>[\w-]+)_(?P<pk>[0-9]{1,18})\.pdf$", publications.shelf_card, name="shelf_card"
    ),
]
