"""The list of products: all of them, those of a group or set, and what a search found."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import takewhile
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from catalog.models import Category
from marketplace.core.addresses import address
from marketplace.core.money import format_number
from marketplace.core.pages import public_page
from marketplace.core.roles import has_role
from search import engines, sections
from search.query import ProductQuery, Sort
from search.ranking import WEIGHTS
from search.scope import Scope, Tree, resolve
from search.snippets import snippets
from storefront import filters, stall_section
from storefront.cards import Card, cards
from storefront.groups import short_name
from storefront.loosening import loosenings

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
    url, is_narrowed = found.get_absolute_url(), query.is_filtered

    def canonical(page: int) -> str:
        return url if page == 1 or is_narrowed else f"{url}?page={page}"

    name = "group" if found.depth == 1 else "category"
    if found.code not in getattr(query, name):
        query = query.with_(**{name: (found.code, *getattr(query, name))}, page=query.page)
    return _results(request, query, tree, canonical=canonical)


def _results(
    request: HttpRequest, query: ProductQuery, tree: Tree, canonical: Callable[[int], str] | None = None
) -> HttpResponse:
    """The page of results; ``canonical`` writes the address of a page of a list that has one of its own."""
    # Whose account it is is asked only here, so that all other pages can be kept for everybody.
    if query.explain and not has_role(request.user):
        query = replace(query, explain=False)
    scope = resolve(query, tree)
    query = scope.query
    engine = engines.get()
    results = engine.search(scope, CARDS)
    path = address("search:search" if query.text else "catalogue:index")
    chips = filters.chips(scope, path)
    products = _products(results, scope)
    # As far as an index leafs, which may be less than it found.
    page = Paginator(range(min(results.total, results.pages * CARDS)), CARDS).page(results.page)
    is_piece = request.htmx and not request.htmx.history_restore_request
    context = {
        "nav_groups": tree.groups,
        "query": query,
        "results": results,
        "products": products,
        "page": page,
        "pages": _pages(request, page),
        "path": path,
        "title": _title(scope),
        "counted": _counted(results),
        "crumbs": _crumbs(scope),
        "panel": filters.Panel(scope, results),
        "show_label": _show_label(results.total),
        "chips": chips,
        "clear_url": ProductQuery(text=query.text, sort=query.sort).url(path),
        "loosenings": [] if products else loosenings(scope, chips, engine, path),
        "corrected_url": query.with_(text=results.corrected).url(path) if results.corrected else "",
        "pinned": _pinned(scope, results),
        "sections": [] if is_piece or not query.text else _sections(query.text, results),
        "weights": WEIGHTS,
        "scores": _scores(products, results),
        "sorts": _sorts(),
        "ignored": _ignored(query),
        "search_query": query.text,
        "canonical": canonical(results.page) if canonical else _canonical(scope, path, results.page),
        "noindex": bool(query.text or (query.is_filtered and not canonical)),
    }
    response = render(
        request, "storefront/results_swap.html" if is_piece else "storefront/results.html", context
    )
    if is_piece:
        response["HX-Push-Url"] = query.url(path)
    if results.is_degraded or query.explain:
        patch_cache_control(response, no_store=True)
    return response


@dataclass(frozen=True)
class Pages:
    """Numbers of the pages to show, each with its address, those left out without one."""

    numbers: list[tuple[int | str, str]]
    previous: str
    next: str


def _pages(request: HttpRequest, page: Page) -> Pages | None:
    """The pages of the list, at this address with all its other parameters; None if there is one only."""
    if not page.has_other_pages():
        return None
    kept = urlencode([(name, values) for name, values in request.GET.lists() if name != "page"], doseq=True)
    start = f"?{kept}&page=" if kept else "?page="
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return Pages(
        [(each, f"{start}{each}" if isinstance(each, int) else "") for each in numbers],
        f"{start}{page.number - 1}" if page.has_previous() else "",
        f"{start}{page.number + 1}" if page.has_next() else "",
    )


def _counted(results: engines.Results) -> str:
    """How many products were found, and from how many sellers where that is known."""
    found = ngettext("%(counter)s product", "%(counter)s products", results.total)
    told = found % {"counter": localize(results.total)}
    if results.sellers:
        sellers = ngettext("from %(counter)s seller", "from %(counter)s sellers", results.sellers)
        told = f"{told} {sellers % {'counter': localize(results.sellers)}}"
    return told


def _sections(text: str, results: engines.Results) -> list[sections.Filled]:
    """What else has the words, stalls among it."""
    return sections.find(text, {stall_section.NAME: results.stalls})


def _show_label(total: int) -> str:
    """What the button says that closes the filter's sheet."""
    label = ngettext("Show %(counter)s product", "Show %(counter)s products", total)
    return label % {"counter": format_number(total)}


def _pinned(scope: Scope, results: engines.Results) -> str:
    """That the first products were put there, if they were."""
    number = len(list(takewhile(scope.pinned.__contains__, results.ids))) if results.page == 1 else 0
    if not number:
        return ""
    told = ngettext(
        "The first product was put there by the programme office.",
        "The first %(counter)s products were put there by the programme office.",
        number,
    )
    return told % {"counter": number}


def _products(results: engines.Results, scope: Scope) -> list[Card]:
    """The cards in their order, with a snippet where a card does not show why it was found."""
    found = cards(results.ids, scope.tree)
    if scope.query.text:
        told = snippets({card.pk: _shown(card) for card in found}, scope.query.text)
        for card in found:
            card.snippet = told.get(card.pk)
    return found


def _shown(card: Card) -> str:
    names = (card.title, card.title_en, card.seller, card.place_now, card.place_then)
    category = (card.category.name, card.category.name_en) if card.category else ()
    return " ".join((*names, *category))


def _scores(products: list[Card], results: engines.Results) -> list[tuple[Card, list[int], int]]:
    """For each product that was scored the points of each weight and their sum."""
    rows = []
    for card in products:
        if points := results.scores.get(card.pk):
            row = [points[weight.name] for weight in WEIGHTS]
            rows.append((card, row, sum(row)))
    return rows


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


def _canonical(scope: Scope, path: str, page: int) -> str:
    return scope.query.with_(page=page, sort=Sort.RELEVANCE).url(path)


def _sorts() -> list[tuple[str, str]]:
    return [
        (Sort.RELEVANCE, _("Best match")),
        (Sort.BEST_SELLING, _("Best selling first")),
        (Sort.STARS, _("Most stars first")),
        (Sort.CHEAPEST, _("Lowest price first")),
        (Sort.DEAREST, _("Highest price first")),
        (Sort.NEWEST, _("Newly recognised first")),
    ]


def _ignored(query: ProductQuery) -> str:
    """The names of the conditions that could not be read, for the shopper; empty if all could."""
    if not query.ignored:
        return ""
    names = {
        "group": _("product group"),
        "category": _("product set"),
        "region": _("place"),
        "stars": _("stars"),
        "price": _("price"),
        "year": _("year of recognition"),
        "near": _("point on the map"),
        "price_min": _("lowest price"),
        "price_max": _("highest price"),
        "producer": _("seller"),
        "point": _("point of sale"),
        "sold_near": _("place of points of sale"),
        "in_stock": _("in stock"),
        "sort": _("order"),
    }
    return ", ".join(names[name] for name in query.ignored)
