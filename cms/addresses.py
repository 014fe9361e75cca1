"""Addresses of editors' pages, from what one row of a page says."""

from functools import cache
from urllib.parse import quote

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, override


def page_address(url_path: str, language: str = "") -> str:
    """The address of a page by its `url_path`, in its language or else the active one; asks nothing.

    A page's own path begins with its root page's slug, which is no part of the address.
    """
    path = url_path.strip("/").partition("/")[2]
    above = _above(language or get_language() or settings.LANGUAGE_CODE)
    return f"{above}{path if path.isascii() else quote(path)}/" if path else above


@cache
def _above(language: str) -> str:
    """Where the pages of a language begin."""
    with override(language):
        return reverse("wagtail_serve", args=[""])
