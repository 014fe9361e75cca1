from django.urls import path

from storefront.views import ranking, results, suggestions

app_name = "search"
urlpatterns = [
    path("", results.search, name="search"),
    path("goi-y/", suggestions.suggestions, name="suggestions"),
    path("xep-hang/", ranking.ranking, name="ranking"),
]
