"""What Wagtail's admin has beside its pages."""

from django.db import models
from django.templatetags.static import static
from django.urls import URLPattern
from django.utils.html import format_html
from wagtail import hooks
from wagtail.admin.forms.models import register_form_field_override
from wagtail.admin.menu import MenuItem

from cms import gone_products_admin, links_admin, publications_admin, sharing, stories_admin
from cms.admin_home import BeginPanel, ComingPanel
from cms.choosers import CHOOSERS
from cms.events_admin import EventsGroup
from cms.library_admin import PaperViewSet
from cms.links import PageLinks
from cms.newsletter_admin import NewsletterGroup
from cms.office_admin import OfficeGroup
from cms.points_admin import PointViewSet
from cms.search_admin import SearchGroup
from cms.slugs import MarklessSlug

register_form_field_override(models.SlugField, override={"widget": MarklessSlug})


# First, so that the forms of the others have its widget.
@hooks.register("register_admin_viewset", order=-1)
def choosers():
    return list(CHOOSERS)


@hooks.register("register_admin_viewset")
def search_words():
    return SearchGroup()


@hooks.register("register_admin_viewset")
def events_and_booths():
    return EventsGroup()


@hooks.register("register_admin_viewset")
def papers():
    return PaperViewSet()


@hooks.register("register_admin_viewset")
def newsletters():
    return NewsletterGroup()


@hooks.register("register_admin_viewset")
def points_of_sale():
    return PointViewSet()


@hooks.register("register_admin_viewset")
def office():
    return OfficeGroup()


@hooks.register("insert_editor_js")
def send_after_autosave() -> str:
    return format_html('<script src="{}" defer></script>', static("storefront/js/editor.js"))


@hooks.register("register_admin_urls")
def report_of_broken_links() -> list[URLPattern]:
    return links_admin.urlpatterns


@hooks.register("before_serve_page")
def tell_machines(page, request, args, kwargs) -> None:
    sharing.tell(page, request)


@hooks.register("register_reports_menu_item")
def broken_links() -> MenuItem:
    return links_admin.menu_item()


@hooks.register("construct_homepage_panels")
def what_editors_find_first(request, panels: list) -> None:
    panels += [BeginPanel(), ComingPanel()]


@hooks.register("register_admin_urls")
def report_of_gone_products() -> list[URLPattern]:
    return gone_products_admin.urlpatterns


@hooks.register("register_reports_menu_item")
def gone_products() -> MenuItem:
    return gone_products_admin.menu_item()


# After Wagtail's own, in whose place it comes.
@hooks.register("register_rich_text_features", order=1000)
def links_to_pages(features) -> None:
    features.register_link_type(PageLinks)


@hooks.register("register_admin_urls")
def stories_that_wait() -> list[URLPattern]:
    return stories_admin.urlpatterns


@hooks.register("register_admin_menu_item")
def stories() -> MenuItem:
    return stories_admin.menu_item()


@hooks.register("register_admin_urls")
def print_runs() -> list[URLPattern]:
    return publications_admin.urlpatterns
