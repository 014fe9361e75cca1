from django.urls import path

from storefront.views import home, me, robots

app_name = "storefront"
urlpatterns = [
    path("", home.home, name="home"),
    path("toi/", me.me, name="me"),
    path("sitemap.xml", robots.sitemap, name="sitemap"),
    path("robots.txt", robots.robots, name="robots"),
]
