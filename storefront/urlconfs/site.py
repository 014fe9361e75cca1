from django.urls import path

from storefront.views import me, robots

app_name = "storefront"
urlpatterns = [
    path("toi/", me.me, name="me"),
    path("robots.txt", robots.robots, name="robots"),
]
