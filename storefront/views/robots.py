"""What search engines read first: which paths to leave alone, and where all public pages are named."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from marketplace.core.pages import public_page

CLOSED = ("basket:summary", "checkout:index", "customer:summary", "search:search", "storefront:me")
#: Below a closed path, and open all the same.
OPEN = ("search:ranking",)


@require_safe
@public_page
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *"]
    lines += [line for name in CLOSED for line in _rules("Disallow", name)]
    lines += [line for name in OPEN for line in _rules("Allow", name)]
    lines.append(f"Sitemap: {request.build_absolute_uri('/sitemap.xml')}")
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


def _rules(rule: str, name: str) -> list[str]:
    path = reverse(name)
    return [f"{rule}: {path}", f"{rule}: /en{path}"]
