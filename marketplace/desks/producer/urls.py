from django.urls import path

from marketplace.desks.producer import booths, livestreams, stories, views

app_name = "producer_desk"
urlpatterns = [
    path("", views.index, name="index"),
    path("don/<number>/", views.order, name="order"),
    path("don/<number>/chuyen/", views.move, name="move"),
    path("su-kien/", booths.index, name="events"),
    path("su-kien/<slug:slug>/", booths.event, name="event"),
    path("su-kien/<slug:slug>/rut/", booths.withdraw, name="event-withdraw"),
    path("truc-tiep/", livestreams.index, name="livestreams"),
    path("truc-tiep/moi/", livestreams.new, name="livestream-new"),
    path("truc-tiep/<int:pk>/", livestreams.edit, name="livestream"),
    path("truc-tiep/<int:pk>/chuyen/", livestreams.move, name="livestream-move"),
    path("cau-chuyen/", stories.index, name="stories"),
    path("cau-chuyen/moi/", stories.new, name="story-new"),
    path("cau-chuyen/<int:pk>/", stories.edit, name="story"),
    path("cau-chuyen/<int:pk>/rut-lai/", stories.take_back, name="story-take-back"),
]
