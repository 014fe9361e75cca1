from django.urls import path

from storefront.views import certifications

app_name = "certifications"
urlpatterns = [
    path("", certifications.index, name="index"),
    path("<slug:code>/", certifications.detail, name="detail"),
]
