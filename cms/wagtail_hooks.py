"""What Wagtail's admin has beside its pages."""

from wagtail import hooks

from cms.search_admin import ProductChooser, SearchGroup


@hooks.register("register_admin_viewset")
def search_words():
    return SearchGroup()


@hooks.register("register_admin_viewset")
def product_chooser():
    return ProductChooser("product_chooser", url_prefix="chon-san-pham")
