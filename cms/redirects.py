"""Addresses that pages had before."""

from django.http import HttpRequest, HttpResponse
from wagtail.contrib.redirects.middleware import RedirectMiddleware as WagtailsRedirects

REMEMBERED = "public, max-age=300"
"""Else browsers keep a permanent redirect for ever, and an address may come back."""


class RedirectMiddleware(WagtailsRedirects):
    """Wagtail's redirects, kept by browsers and caches for minutes only."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        answer = super().process_response(request, response)
        if answer is not response:
            answer.headers["Cache-Control"] = REMEMBERED
        return answer
