from django.urls import path

from marketplace.desks.office import views

app_name = "office_desk"
urlpatterns = [
    path("", views.index, name="index"),
]
