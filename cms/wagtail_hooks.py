"""What Wagtail's admin has beside its pages."""

from wagtail import hooks

from cms.search_admin import ProductChooser, SearchGroup


# First, so that the forms of the others have its widget.
@hooks.register("register_admin_viewset", order=-1)
def product_chooser():
    return ProductChooser("product_chooser", url_prefix="chon-san-pham")


@hooks.register("register_admin_viewset")
def search_words():
    return SearchGroup()
