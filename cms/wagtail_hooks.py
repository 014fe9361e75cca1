"""What Wagtail's admin has beside its pages."""

from django.db import models
from django.urls import URLPattern
from wagtail import hooks
from wagtail.admin.forms.models import register_form_field_override
from wagtail.admin.ui.menus import MenuItem

from cms import links_admin
from cms.admin_home import BeginPanel, ComingPanel
from cms.search_admin import ProductChooser, SearchGroup
from cms.slugs import MarklessSlug

register_form_field_override(models.SlugField, override={"widget": MarklessSlug})


# First, so that the forms of the others have its widget.
@hooks.register("register_admin_viewset", order=-1)
def product_chooser():
    return ProductChooser("product_chooser", url_prefix="chon-san-pham")


@hooks.register("register_admin_viewset")
def search_words():
    return SearchGroup()


@hooks.register("register_admin_urls")
def report_of_broken_links() -> list[URLPattern]:
    return links_admin.urlpatterns


@hooks.register("register_reports_menu_item")
def broken_links() -> MenuItem:
    return links_admin.menu_item()


@hooks.register("construct_homepage_panels")
def what_editors_find_first(request, panels: list) -> None:
    panels += [BeginPanel(), ComingPanel()]
