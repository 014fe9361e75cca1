from django.urls import path

from cms import feeds
from cms.views import pages

app_name = "news"
urlpatterns = [
    path("rss.xml", feeds.rss, name="rss"),
    path("atom.xml", feeds.atom, name="atom"),
    path("tim-thay/", pages.found, name="found"),
]
