from django.urls import path

from cms.views import newsletter

app_name = "newsletter"
urlpatterns = [
    path("", newsletter.index, name="index"),
    path("da-gui/", newsletter.asked, name="asked"),
    path("xac-nhan/<str:key>/", newsletter.confirm, name="confirm"),
    path("huy/<str:key>/", newsletter.end, name="end"),
]
