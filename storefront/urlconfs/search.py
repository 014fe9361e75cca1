from django.urls import path

from storefront.views import results

app_name = "search"
urlpatterns = [path("", results.search, name="search")]
