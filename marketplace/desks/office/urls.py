from django.urls import path

from marketplace.desks.office import (
    applications,
    clearances,
    fees,
    listings,
    measures,
    points,
    returns,
    reviews,
    stall_pages,
    views,
    words,
)

app_name = "office_desk"
urlpatterns = [
    path("", views.index, name="index"),
    path("ho-so/", applications.index, name="applications"),
    path("ho-so/<int:pk>/", applications.application, name="application"),
    path("ho-so/<int:pk>/giay-to/<int:paper>/", applications.paper, name="application-paper"),
    path("kiem-duyet/", listings.index, name="listings"),
    path("kiem-duyet/duyet/", listings.approve, name="listings-approve"),
    path("kiem-duyet/<int:pk>/", listings.check, name="listing"),
    path("trang-gian-hang/", stall_pages.index, name="stall-pages"),
    path("trang-gian-hang/<int:pk>/", stall_pages.check, name="stall-page"),
    path("tu-cam/", words.index, name="words"),
    path("tu-cam/<int:pk>/xoa/", words.remove, name="word-remove"),
    path("yeu-cau/", measures.index, name="measures"),
    path("yeu-cau/<slug:kind>/moi/", measures.new, name="measure-new"),
    path("yeu-cau/<slug:kind>/<int:pk>/thuc-hien/", measures.carry_out, name="measure-carry-out"),
    path("yeu-cau/<slug:kind>/<int:pk>/go/", measures.lift, name="measure-lift"),
    path("cap-phep/", clearances.index, name="clearances"),
    path("cap-phep/<int:pk>/thu-hoi/", clearances.withdraw, name="clearance-withdraw"),
    path("diem-ban/", points.index, name="points"),
    path("phi/", fees.index, name="fees"),
    path("tra-hang/", returns.index, name="returns"),
    path("tra-hang/<int:pk>/", returns.detail, name="return"),
    path("tra-hang/<int:pk>/anh/<int:picture>/", returns.picture, name="return-picture"),
    path("nhan-xet/", reviews.index, name="reviews"),
    path("nhan-xet/<int:pk>/", reviews.detail, name="review"),
    path("nhan-xet/<int:pk>/chuyen/", reviews.move, name="review-move"),
]
