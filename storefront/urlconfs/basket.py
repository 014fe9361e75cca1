from django.urls import path

from storefront.views import basket

app_name = "basket"
urlpatterns = [
    path("", basket.summary, name="summary"),
    path("cap-nhat/", basket.update, name="update"),
    path("ma/", basket.enter_code, name="enter-code"),
    path("ma/bo/", basket.drop_code, name="drop-code"),
    path("them/<int:pk>/", basket.add, name="add"),
]
