"""What an editor's preview needs beside the page itself.

Wagtail sends a preview through all middleware, as if a reader had asked for the page, and shows the answer in
a frame of its admin.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from wagtail.admin.userbar import Userbar


class PreviewMiddleware:
    """Lets the admin frame previews, which nobody may do with pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "is_preview", False):
            response._csp_replace = {"frame-ancestors": ["'self'"]}
        return response


def editor_tools(request: HttpRequest) -> dict:
    """Wagtail's check of accessibility and content, in previews only: readers all get the same."""
    if not getattr(request, "is_preview", False):
        return {}
    return {"editor_tools": SimpleLazyObject(lambda: Userbar().render_html({"request": request}))}
