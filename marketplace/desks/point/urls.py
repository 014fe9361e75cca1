from django.urls import path

from marketplace.desks.point import (
    book,
    counting,
    devices,
    pickups,
    receiving,
    selling,
    sheets,
    shelf,
    till,
    today,
)

app_name = "point_desk"
urlpatterns = [
    path("", today.index, name="index"),
    path("<slug:slug>/", today.today, name="today"),
    path("<slug:slug>/ke/", shelf.index, name="shelf"),
    path("<slug:slug>/ke/excel/", sheets.sheet, name="sheet"),
    path("<slug:slug>/ke/excel/tai-ve/", sheets.download, name="sheet-download"),
    path("<slug:slug>/ke/<int:pk>/", shelf.record, name="record"),
    path("<slug:slug>/lo/<int:pk>/", shelf.batch, name="batch"),
    path("<slug:slug>/nhap/", receiving.receive, name="receive"),
    path("<slug:slug>/ban/", selling.sell, name="sell"),
    path("<slug:slug>/ban/hang/", devices.goods, name="goods"),
    path("<slug:slug>/ban/gui/", devices.send, name="send"),
    path("<slug:slug>/ban/sw.js", devices.worker, name="worker"),
    path("<slug:slug>/thiet-bi/", devices.index, name="devices"),
    path("<slug:slug>/thiet-bi/moi/", devices.add, name="device-add"),
    path("<slug:slug>/thiet-bi/<int:pk>/thu-hoi/", devices.revoke, name="device-revoke"),
    path("<slug:slug>/thiet-bi/muc/<int:pk>/", devices.entry, name="entry"),
    path("<slug:slug>/so/", book.index, name="book"),
    path("<slug:slug>/so/<int:pk>/", book.act, name="act"),
    path("<slug:slug>/so/<int:pk>/phieu/", book.receipt, name="receipt"),
    path("<slug:slug>/giao/", pickups.index, name="pickups"),
    path("<slug:slug>/giao/<slug:code>/", pickups.pickup, name="pickup"),
    path("<slug:slug>/kiem-ke/", counting.index, name="stocktakes"),
    path("<slug:slug>/kiem-ke/<int:pk>/", counting.stocktake, name="stocktake"),
    path("<slug:slug>/ket-ca/", till.closing, name="closing"),
    path("<slug:slug>/ky-gui/", till.debts, name="debts"),
]
