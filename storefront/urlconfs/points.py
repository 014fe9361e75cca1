from django.urls import path

from storefront.views import points

app_name = "points"
urlpatterns = [
    path("", points.index, name="index"),
    path("vi-tri.json", points.positions, name="positions"),
    path("<slug:slug>/", points.detail, name="detail"),
]
