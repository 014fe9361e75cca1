"""What the editors' pages add to every page of the site."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from cms.models import ContentPage
from marketplace.core.prepared import Prepared

_PAGES = Prepared(
    lambda language: (
        ContentPage.objects.live()
        .filter(show_in_footer=True, locale__language_code=language)
        .order_by("path")
        .values_list("title", "url_path")
    ),
    language=str,
)


def _footer_pages() -> list[dict]:
    pages = _PAGES.rows(language=get_language() or "vi")
    # A page's own path begins with its root page's slug, which is no part of the address.
    return [
        {"title": title, "url": reverse("wagtail_serve", args=[url_path.strip("/").partition("/")[2] + "/"])}
        for title, url_path in pages
    ]


def footer(request: HttpRequest) -> dict:
    """The pages that the footer names, read only where a page has a footer."""
    return {"footer_pages": SimpleLazyObject(_footer_pages)}
