"""The list of products: all of them, those of a group or set, and what a search found."""

from django.core.paginator import Paginator
from django.db.models import Case, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from catalog.models import Category, Product
from marketplace.core.pages import public_page
from search import engines
from search.query import ProductQuery, Sort
from search.scope import Scope, Tree, resolve
from storefront import filters
from storefront.cards import cards
from storefront.groups import short_name

CARDS = 24


@require_safe
@public_page
@vary_on_headers("HX-Request")
def product_list(request: HttpRequest) -> HttpResponse:
    """All products, narrowed by the conditions in the address."""
    return _results(request, ProductQuery.from_get(request.GET), Tree.load())


@require_safe
@public_page
@vary_on_headers("HX-Request")
def search(request: HttpRequest) -> HttpResponse:
    """What the words of the header's search box find."""
    return _results(request, ProductQuery.from_get(request.GET), Tree.load())


@require_safe
@public_page
@vary_on_headers("HX-Request")
def category(request: HttpRequest, category_slug: str, pk: str) -> HttpResponse:
    """The products of a group or set."""
    tree = Tree.load()
    found = next((each for each in tree if each.pk == int(pk)), None)
    if found is None:
        raise Http404
    if category_slug != found.slug:
        query_string = f"?{request.GET.urlencode()}" if request.GET else ""
        return redirect(found.get_absolute_url() + query_string, permanent=True)
    query = ProductQuery.from_get(request.GET)
    name = "group" if found.depth == 1 else "category"
    if found.code not in getattr(query, name):
        query = query.with_(**{name: (found.code, *getattr(query, name))}, page=query.page)
    return _results(request, query, tree, canonical=found.get_absolute_url())


def _results(request: HttpRequest, query: ProductQuery, tree: Tree, canonical: str = "") -> HttpResponse:
    scope = resolve(query, tree)
    results = engines.get().search(scope, CARDS)
    path = reverse("search:search" if scope.query.text else "catalogue:index")
    place_choices, more_places = filters.places(scope, results.facets)
    context = {
        "nav_groups": tree.groups,
        "query": scope.query,
        "scope": scope,
        "results": results,
        "products": _in_order(results.ids, tree),
        "page": Paginator(range(results.total), CARDS).page(results.page),
        "path": path,
        "title": _title(scope),
        "crumbs": _crumbs(scope),
        "chips": filters.chips(scope, path),
        "without_conditions": ProductQuery(text=scope.query.text, sort=scope.query.sort).url(path),
        "star_choices": filters.stars(scope, results.facets),
        "group_choices": filters.groups(scope, results.facets),
        "place_choices": place_choices,
        "more_places": more_places,
        "sorts": _sorts(),
        "ignored": _ignored(scope.query),
        "search_query": scope.query.text,
        "canonical": canonical or _canonical(scope, path),
        "noindex": bool(scope.query.text or (scope.query.is_filtered and not canonical)),
    }
    if request.htmx and not request.htmx.history_restore_request:
        response = render(request, "storefront/results_swap.html", context)
        response["HX-Push-Url"] = scope.query.url(path)
        return response
    return render(request, "storefront/results.html", context)


def _in_order(ids: list[int], tree: Tree) -> list[Product]:
    """The products with all that their cards show, in the order of the ids."""
    if not ids:
        return []
    order = Case(*(When(pk=pk, then=place) for place, pk in enumerate(ids)))
    return cards(Product.objects.filter(pk__in=ids).order_by(order), tree)


def _one_category(scope: Scope) -> Category | None:
    """The group or set that the whole list lies in, if it is one."""
    if len(scope.sets) == 1 and all(scope.tree.group_of(scope.sets[0]) == each for each in scope.groups):
        return scope.sets[0]
    return scope.groups[0] if len(scope.groups) == 1 and not scope.sets else None


def _title(scope: Scope) -> str:
    if scope.query.text:
        return _("Results for “%(words)s”") % {"words": scope.query.text}
    category = _one_category(scope)
    parts = [category.display_name if category else _("Products")]
    if len(scope.places) == 1:
        parts.append(scope.places[0].short_name)
    return ", ".join(parts)


def _crumbs(scope: Scope) -> list[dict]:
    if scope.query.text:
        return [{"title": _("Search")}]
    category = _one_category(scope)
    if category is None:
        return [{"title": _("Products")}]
    group = scope.tree.group_of(category)
    above = [] if group == category else [{"title": short_name(group), "url": group.get_absolute_url()}]
    return [*above, {"title": short_name(category)}]


def _canonical(scope: Scope, path: str) -> str:
    return scope.query.with_(page=scope.query.page, sort=Sort.RELEVANCE).url(path)


def _sorts() -> list[tuple[str, str]]:
    return [
        (Sort.RELEVANCE, _("Best match")),
        (Sort.STARS, _("Most stars first")),
        (Sort.CHEAPEST, _("Lowest price first")),
        (Sort.DEAREST, _("Highest price first")),
        (Sort.NEWEST, _("Newly recognised first")),
    ]


def _ignored(query: ProductQuery) -> str:
    """The names of the conditions that could not be read, for the shopper; empty if all could."""
    names = {
        "group": _("product group"),
        "category": _("product set"),
        "region": _("place"),
        "stars": _("stars"),
        "price_min": _("lowest price"),
        "price_max": _("highest price"),
        "producer": _("seller"),
        "in_stock": _("in stock"),
        "sort": _("order"),
    }
    return ", ".join(names[name] for name in query.ignored)
