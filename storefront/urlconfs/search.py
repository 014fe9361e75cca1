from django.urls import path

from storefront.views import results, suggestions

app_name = "search"
urlpatterns = [
    path("", results.search, name="search"),
    path("goi-y/", suggestions.suggestions, name="suggestions"),
]
