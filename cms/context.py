"""What the editors' pages add to every page of the site."""

from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, IntegerField, Q, Value, When
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from wagtail.models import Page, get_page_models

from cms.addresses import page_address
from cms.models import Article
from marketplace.core.prepared import Prepared

#: Languages, and states of the pages that were named a moment ago.
KEPT = 8


@dataclass(frozen=True)
class NamedPages:
    """Pages that the menu in the head and the line at the foot name, each with ``title`` and ``url``."""

    menu: list[dict]
    footer: list[dict]


def _rows():
    # Of all languages, and by kind: a database without statistics would go by the language, through every
    # article of it. The articles themselves are named nowhere.
    kinds = ContentType.objects.get_for_models(*(kind for kind in get_page_models() if kind is not Article))
    below = (
        Q(contentpage__show_in_footer=True) | Q(legalpage__show_in_footer=True) | Q(librarypage__isnull=False)
    )
    return (
        Page.objects.live()
        .filter(below | Q(show_in_menus=True), content_type__in=[kind.pk for kind in kinds.values()])
        .annotate(in_footer=Case(When(below, then=Value(1)), default=Value(0), output_field=IntegerField()))
        .order_by("path")
        .values_list("locale__language_code", "title", "url_path", "show_in_menus", "in_footer")
    )


_PAGES = Prepared(_rows)


@lru_cache(maxsize=KEPT)
def _named(here: str, rows: tuple[tuple, ...]) -> NamedPages:
    """Those of one language; the same as long as the rows are."""
    named = NamedPages([], [])
    for language, title, path, in_menu, in_footer in rows:
        if language != here:
            continue
        page = {"title": title, "url": page_address(path)}
        if in_menu:
            named.menu.append(page)
        if in_footer:
            named.footer.append(page)
    return named


def _named_pages() -> NamedPages:
    return _named(get_language() or settings.LANGUAGE_CODE, _PAGES.rows_kept())


def named_pages(request: HttpRequest) -> dict:
    """The pages that head and foot name, read once, and only where a page has either."""
    pages = SimpleLazyObject(_named_pages)
    return {
        "menu_pages": SimpleLazyObject(lambda: pages.menu),
        "footer_pages": SimpleLazyObject(lambda: pages.footer),
    }
