from django.urls import path

from marketplace.desks.producer import views

app_name = "producer_desk"
urlpatterns = [
    path("", views.index, name="index"),
    path("don/<number>/", views.order, name="order"),
    path("don/<number>/chuyen/", views.move, name="move"),
]
