from django.urls import path

from cms.views import contact

app_name = "contact"
urlpatterns = [
    path("", contact.form, name="form"),
    path("da-nhan/", contact.received, name="received"),
]
