from django.urls import path

from marketplace.desks.producer import stories, views

app_name = "producer_desk"
urlpatterns = [
    path("", views.index, name="index"),
    path("don/<number>/", views.order, name="order"),
    path("don/<number>/chuyen/", views.move, name="move"),
    path("cau-chuyen/", stories.index, name="stories"),
    path("cau-chuyen/moi/", stories.new, name="story-new"),
    path("cau-chuyen/<int:pk>/", stories.edit, name="story"),
    path("cau-chuyen/<int:pk>/rut-lai/", stories.take_back, name="story-take-back"),
]
