"""Forms on pages that are the same for everybody: no token can stand in them, so the browser's word counts.

Browsers say with every request where it comes from (`Sec-Fetch-Site`, and `Origin` with every POST), and no
page can make them lie. A view marked `tokenless` takes a form of this site on that word; one from elsewhere
is refused; from a browser too old to say either, the form is asked for once more, with a token.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware

SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")


def tokenless(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a view that forms of cached pages lead to."""
    view.is_tokenless = True
    return view


class CsrfMiddleware(CsrfViewMiddleware):
    """Django's check of tokens, and for tokenless views that of where the form comes from."""

    def process_view(self, request: HttpRequest, callback: Callable, *args) -> HttpResponse | None:
        if getattr(callback, "is_tokenless", False) and request.method not in SAFE_METHODS:
            request.is_from_here = self.is_from_here(request)
            if request.is_from_here:
                return self._accept(request)
            if request.is_from_here is False:
                return self._reject(request, "The form comes from another site.")
        return super().process_view(request, callback, *args)

    def is_from_here(self, request: HttpRequest) -> bool | None:
        """Whether a page of this site sent the form; None from a browser that does not say."""
        match request.headers.get("Sec-Fetch-Site"):
            case "same-origin":
                return True
            case "cross-site" | "same-site":
                return "Origin" in request.headers and self._origin_verified(request)
        return self._origin_verified(request) if "Origin" in request.headers else None
