from django.urls import path

from storefront.views import basket

app_name = "basket"
urlpatterns = [
    path("", basket.summary, name="summary"),
    path("cap-nhat/", basket.update, name="update"),
    path("them/<int:pk>/", basket.add, name="add"),
]
