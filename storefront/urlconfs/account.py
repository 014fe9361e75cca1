from django.urls import path

from storefront.views import account, addresses, notices, order_contact, orders, reviews

app_name = "customer"
urlpatterns = [
    path("", account.summary, name="summary"),
    path("dang-nhap/", account.log_in, name="login"),
    path("dang-ky/", account.register, name="register"),
    path("dang-xuat/", account.log_out, name="logout"),
    path("quen-mat-khau/", account.forgotten, name="password-reset"),
    path("quen-mat-khau/da-gui/", account.link_sent, name="password-reset-done"),
    path(
        "mat-khau-moi/<uidb64>/<token>/",
        account.NewPassword.as_view(),
        name="password-reset-confirm",
    ),
    path("ho-so/", account.profile, name="profile"),
    path("doi-mat-khau/", account.change_password, name="change-password"),
    path("dia-chi/", addresses.index, name="addresses"),
    path("dia-chi/them/", addresses.edit, name="address-add"),
    path("dia-chi/<int:pk>/sua/", addresses.edit, name="address-edit"),
    path("dia-chi/<int:pk>/xoa/", addresses.delete, name="address-delete"),
    path("dia-chi/<int:pk>/dung-truoc/", addresses.make_default, name="address-default"),
    path("thong-bao/", notices.index, name="notices"),
    path("thong-bao/da-doc/", notices.read_all, name="notices-read"),
    path("thong-bao/cach-nhan/", notices.choices, name="notice-choices"),
    path("thong-bao/thiet-bi/", notices.add_device, name="device-add"),
    path("thong-bao/thiet-bi/<int:pk>/xoa/", notices.remove_device, name="device-remove"),
    path("thong-bao/<int:pk>/", notices.go, name="notice"),
    path("don-hang/", orders.history, name="orders"),
    path("don-hang/<number>/", orders.detail, name="order"),
    path("don-hang/<number>/ban-xac-nhan.pdf", orders.confirmation, name="order-confirmation"),
    path("don-hang/<number>/huy/<seller_number>/", orders.cancel, name="order-cancel"),
    path("don-hang/<number>/tra-tien/<seller_number>/ma.png", orders.code, name="order-code"),
    path("don-hang/<number>/nhan-xet/<int:line>/", reviews.write, name="order-review"),
    path("don-hang/<number>/tin-nhan/<seller_number>/", order_contact.write_to_seller, name="order-messages"),
    path("don-hang/<number>/tra-hang/<seller_number>/", order_contact.give_back, name="order-return"),
    path(
        "don-hang/<number>/tra-hang/<seller_number>/<int:pk>/", order_contact.keep, name="order-return-keep"
    ),
    path("don-hang/<number>/anh/<int:pk>/", order_contact.picture, name="order-picture"),
    path("don-hang/<number>/<token>/", orders.detail, name="guest-order"),
    path("don-hang/<number>/<token>/ban-xac-nhan.pdf", orders.confirmation, name="order-confirmation"),
    path("don-hang/<number>/<token>/huy/<seller_number>/", orders.cancel, name="order-cancel"),
    path("don-hang/<number>/<token>/tra-tien/<seller_number>/ma.png", orders.code, name="order-code"),
    path("don-hang/<number>/<token>/nhan-xet/<int:line>/", reviews.write, name="order-review"),
    path(
        "don-hang/<number>/<token>/tin-nhan/<seller_number>/",
        order_contact.write_to_seller,
        name="order-messages",
    ),
    path("don-hang/<number>/<token>/tra-hang/<seller_number>/", order_contact.give_back, name="order-return"),
    path(
        "don-hang/<number>/<token>/tra-hang/<seller_number>/<int:pk>/",
        order_contact.keep,
        name="order-return-keep",
    ),
    path("don-hang/<number>/<token>/anh/<int:pk>/", order_contact.picture, name="order-picture"),
]
