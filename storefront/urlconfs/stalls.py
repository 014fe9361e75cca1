from django.urls import path, re_path

from storefront.views import feeds, stalls

app_name = "stalls"
urlpatterns = [
    path("", stalls.index, name="index"),
    path("<slug:slug>/", stalls.detail, name="detail"),
    path("<slug:slug>/xem-truoc/", stalls.preview, name="preview"),
    path("<slug:slug>/anh/<int:pk>.jpg", feeds.picture, name="feed-picture"),
    path("<slug:slug>/google.xml", feeds.google, name="google-feed"),
    path("<slug:slug>/facebook.csv", feeds.facebook, name="facebook-feed"),
    re_path(r"^(?P<slug>[\w-]+)/chia-se-(?P<digest>[0-9a-f]{16})\.jpg$", stalls.share, name="share"),
]
