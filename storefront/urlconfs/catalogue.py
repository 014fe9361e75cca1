from django.urls import path, re_path

from storefront.views import products, results, reviews, where

app_name = "catalogue"
urlpatterns = [
    path("", results.product_list, name="index"),
    # Oscar hands on a slug with those of the categories above, parted by slashes.
    re_path(r"^nhom/(?P<category_slug>[\w/-]+)_(?P<pk>[0-9]{1,18})/$", results.category, name="category"),
    re_path(r"^(?P<product_slug>[\w-]*)_(?P<pk>[0-9]{1,18})/$", products.detail, name="detail"),
    re_path(r"^(?P<product_slug>[\w-]*)_(?P<pk>[0-9]{1,18})/nhan-xet/$", reviews.index, name="reviews"),
    re_path(r"^(?P<product_slug>[\w-]*)_(?P<pk>[0-9]{1,18})/noi-ban/$", where.index, name="where"),
    re_path(r"^(?P<product_slug>[\w-]*)_(?P<pk>[0-9]{1,18})/noi-ban/khoi/$", where.block, name="where-block"),
    re_path(
        r"^(?P<product_slug>[\w-]*)_(?P<pk>[0-9]{1,18})/chia-se-(?P<digest>[0-9a-f]{16})\.jpg$",
        products.share,
        name="share",
    ),
]
