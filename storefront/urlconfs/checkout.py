from django.urls import path

from storefront.views import bank_notifications, checkout, stripe_events

app_name = "checkout"
urlpatterns = [
    path("", checkout.index, name="index"),
    path("xa-phuong/", checkout.communes, name="communes"),
    path("xem-lai/", checkout.review, name="review"),
    path("dat-hang/", checkout.place, name="place"),
    path("bao-co/<slug:key>/", bank_notifications.notification, name="bank-notification"),
    path("stripe/", stripe_events.event, name="stripe-event"),
]
