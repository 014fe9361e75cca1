"""Editors' pages by their paths."""

from functools import cache

from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.models import Page, Site
from wagtail.views import serve

from cms import page_section
from marketplace.core.pages import public_page
from marketplace.core.prepared import Prepared
from marketplace.core.text import nfc
from search.query import MAX_TEXT

FOUND_PER_PAGE = 20


def page(request: HttpRequest, path: str) -> HttpResponse:
    """Wagtail's own view; the page is found by its whole path at once, not by one part after the other."""
    found = _find(path)
    if found is not None:
        request._wagtail_route_for_request = found.route(request, [])
    return serve(request, path)


def _find(path: str) -> Page | None:
    """The live page at this path; None also for what only Wagtail can route."""
    parts = path.strip("/").split("/")
    roots = (each for each in Site.get_site_root_paths() if each.language_code == get_language())
    root = next(roots, None)
    if root is None or not parts[-1]:
        return None
    rows = _AT.rows(slug=parts[-1], url_path=f"{root.root_path}{'/'.join(parts)}/")
    if not rows:
        return None
    pk, kind = rows[0]
    found = _of_kind(kind).objects(pk=pk)
    return found[0] if found else None


def _at(slug: str, url_path: str) -> QuerySet:
    # By slug, which has an index; the path has none.
    return Page.objects.live().filter(slug=slug, url_path=url_path).values_list("pk", "content_type")


_AT = Prepared(_at, slug=str, url_path=str)


@cache
def _of_kind(content_type: int) -> Prepared:
    """Pages of one kind by id, with what the kind says that it shows."""
    model = ContentType.objects.get_for_id(content_type).model_class()
    shown_with = getattr(model, "shown_with", ())
    return Prepared(lambda pk: model.objects.filter(pk=pk).select_related(*shown_with), pk=int)


@require_safe
@public_page
def found(request: HttpRequest) -> HttpResponse:
    """All editors' pages that have the words of a search."""
    text = nfc(request.GET.get("q", "").replace("\x00", " "))[:MAX_TEXT]
    listed = Paginator(page_section.search(text), FOUND_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "text": text,
        "list": listed,
        "entries": page_section.described(listed.object_list),
        "crumbs": [{"title": _("News and pages")}],
        "noindex": True,
    }
    return render(request, "cms/pages_found.html", context)
