"""Where facts come from."""

from urllib.parse import urlsplit

from django import template

register = template.Library()


@register.filter
def site_name(url: str) -> str:
    """The name of a source's site: ``baotintuc.vn`` of ``https://www.baotintuc.vn/…``."""
    return urlsplit(url or "").netloc.removeprefix("www.")
