"""What search engines read: which paths to leave alone, and all public pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog.models import Product
from marketplace.core.pages import public_page
from producers.models import Partner
from search.scope import Tree

MOST_ADDRESSES = 45_000

CLOSED = ("basket:summary", "checkout:index", "customer:summary", "search:search", "storefront:me")


@require_safe
@public_page
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *"]
    for name in CLOSED:
        path = reverse(name)
        lines += [f"Disallow: {path}", f"Disallow: /en{path}"]
    lines.append(f"Sitemap: {request.build_absolute_uri('/sitemap.xml')}")
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


@require_safe
@public_page
def sitemap(request: HttpRequest) -> HttpResponse:
    """Addresses of the public pages in the language asked for, at most as many as a map may have."""
    paths = [reverse("home"), reverse("catalogue:index"), reverse("stalls:index")]
    paths += [category.get_absolute_url() for category in Tree.load()]
    paths += [stall.get_absolute_url() for stall in Partner.objects.public().only("slug").order_by("pk")]
    listed = Product.objects.listed().only("slug").order_by("pk")
    paths += [product.get_absolute_url() for product in listed[:MOST_ADDRESSES]]
    addresses = [request.build_absolute_uri(path) for path in paths[:MOST_ADDRESSES]]
    return render(request, "storefront/sitemap.xml", {"addresses": addresses}, content_type="application/xml")
