"""What the editors' pages add to every page of the site."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Case, IntegerField, Q, Value, When
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from wagtail.models import Page

from cms.addresses import page_address
from marketplace.core.prepared import Prepared


@dataclass(frozen=True)
class NamedPages:
    """Pages that the menu in the head and the line at the foot name, each with ``title`` and ``url``."""

    menu: list[dict]
    footer: list[dict]


def _rows(language: str):
    below = (
        Q(contentpage__show_in_footer=True) | Q(legalpage__show_in_footer=True) | Q(librarypage__isnull=False)
    )
    return (
        Page.objects.live()
        .filter(below | Q(show_in_menus=True), locale__language_code=language)
        .annotate(in_footer=Case(When(below, then=Value(1)), default=Value(0), output_field=IntegerField()))
        .order_by("path")
        .values_list("title", "url_path", "show_in_menus", "in_footer")
    )


_PAGES = Prepared(_rows, language=str)


def _named_pages() -> NamedPages:
    named = NamedPages([], [])
    for title, path, in_menu, in_footer in _PAGES.rows(language=get_language() or settings.LANGUAGE_CODE):
        page = {"title": title, "url": page_address(path)}
        if in_menu:
            named.menu.append(page)
        if in_footer:
            named.footer.append(page)
    return named


def named_pages(request: HttpRequest) -> dict:
    """The pages that head and foot name, read once, and only where a page has either."""
    pages = SimpleLazyObject(_named_pages)
    return {
        "menu_pages": SimpleLazyObject(lambda: pages.menu),
        "footer_pages": SimpleLazyObject(lambda: pages.footer),
    }
