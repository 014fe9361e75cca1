from django.urls import path

from storefront.views import checkout

app_name = "checkout"
urlpatterns = [
    path("", checkout.index, name="index"),
    path("xa-phuong/", checkout.communes, name="communes"),
    path("xem-lai/", checkout.review, name="review"),
    path("dat-hang/", checkout.place, name="place"),
]
