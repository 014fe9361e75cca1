from django.urls import path

from marketplace.desks.office import fees, reviews, views

app_name = "office_desk"
urlpatterns = [
    path("", views.index, name="index"),
    path("phi/", fees.index, name="fees"),
    path("nhan-xet/", reviews.index, name="reviews"),
    path("nhan-xet/<int:pk>/", reviews.detail, name="review"),
    path("nhan-xet/<int:pk>/chuyen/", reviews.move, name="review-move"),
]
