from django.urls import path

from storefront.views import stalls

app_name = "stalls"
urlpatterns = [
    path("", stalls.index, name="index"),
    path("<slug:slug>/", stalls.detail, name="detail"),
]
