"""Addresses of editors' pages, from what one row of a page says."""

from django.urls import reverse
from django.utils.translation import get_language, override


def page_address(url_path: str, language: str = "") -> str:
    """The address of a page by its `url_path`, in its language or else the active one; asks nothing.

    A page's own path begins with its root page's slug, which is no part of the address.
    """
    path = url_path.strip("/").partition("/")[2]
    args = [f"{path}/" if path else ""]
    if language in ("", get_language()):
        return reverse("wagtail_serve", args=args)
    with override(language):
        return reverse("wagtail_serve", args=args)
