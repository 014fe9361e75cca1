"""Sellers: the list of stalls, and the stall of one producer."""

from dataclasses import dataclass
from itertools import cycle, islice

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.models import Product
from catalog.models.certifications import in_force
from marketplace.core.pages import public_page
from marketplace.core.roles import Right
from marketplace.core.text import fold, nfc
from producers.domain import stall_pages
from producers.models import Partner, StallPage
from producers.models.stall_pages import StallText
from search.scope import Tree
from storefront import promotions, sharing, structured
from storefront.cards import Card, Picture, cards
from storefront.pictures import first_pictures
from storefront.share_pictures import MOSAIC, STORED_WIDTH, mosaic_picture
from storefront.stall_cards import stall_cards
from storefront.stall_events import events_of
from storefront.stall_points import points_carrying

STALLS = 24
CARDS = 24
MAX_TEXT = 100
SHELF = 5


@dataclass(frozen=True)
class Fact:
    """One of the facts that name a seller; empty where the data lack it, which the page says."""

    name: str
    value: str
    is_vietnamese: bool = True


@require_safe
@public_page
def index(request: HttpRequest) -> HttpResponse:
    """Open stalls that have products, by name; ``q`` finds them by name or place."""
    text = nfc(request.GET.get("q", "").replace("\x00", " "))[:MAX_TEXT]
    page = Paginator(_named(text).values_list("pk", flat=True), STALLS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "stalls": stall_cards(list(page.object_list)),
        "text": text,
        "crumbs": [{"title": _("Stalls")}],
        "noindex": bool(text),
    }
    return render(request, "storefront/stalls.html", context)


@require_safe
@public_page
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """The stall of a producer; one that is closed keeps its page, which says so."""
    stall = _stall(slug)
    return render(request, "storefront/stall.html", _context(request, stall, _own_page(stall)))


@require_safe
@login_required
@never_cache
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """The stall as it would be with the draft of its page; only for those who may publish it."""
    stall = _stall(slug)
    if not stall.grants(request.user, Right.EDIT_STALL):
        if stall.team.filter(user=request.user).exists():
            raise PermissionDenied
        raise Http404
    context = _context(request, stall, stall_pages.draft_of(stall))
    return render(request, "storefront/stall.html", {**context, "is_preview": True, "noindex": True})


def _stall(slug: str) -> Partner:
    stall = (
        Partner.objects.filter(slug=slug, kind=Partner.Kind.PRODUCER)
        .select_related("region__parent", "recorded_region__parent__parent", "stall_page")
        .first()
    )
    if stall is None:
        raise Http404
    return stall


def _own_page(stall: Partner) -> StallPage | None:
    """What the producer has published, read with the stall; None without it and of one that is closed."""
    try:
        return stall.stall_page if stall.is_open else None
    except StallPage.DoesNotExist:
        return None


def _context(request: HttpRequest, stall: Partner, own: StallText | None) -> dict:
    products = _products_of(stall) if stall.is_open else Product.objects.none()
    page = Paginator(products.values_list("pk", flat=True), CARDS).get_page(request.GET.get("page"))
    tree = Tree.load()
    goods = cards(list(page.object_list), tree)
    portrait = next((each.picture for each in goods if each.picture), None)
    figures = _figures(stall)
    return {
        **events_of(stall),
        "points": points_carrying(stall) if stall.is_open else [],
        "nav_groups": tree.groups,
        "stall": stall,
        "own": own,
        "gone": _why_gone(stall),
        "promotions": promotions.on_stall(stall) if stall.is_open else [],
        "page": page,
        "products": goods,
        "shelf": _shelf(goods),
        "portrait": portrait,
        "place_then": _place_then(stall),
        "figures": figures,
        "stories": list(
            stall.stories.public()
            .filter(Q(product=None) | Q(product__in=[card.pk for card in goods]))
            .select_related("product")
        ),
        "identity": _identity(stall),
        "described": structured.describe_stall(request, stall, portrait.largest if portrait else ""),
        "share": sharing.stall_share(stall, _in_short(figures), _shared([each.picture for each in goods])),
        "noindex": not stall.is_open,
    }


@require_safe
def share(request: HttpRequest, slug: str, digest: str) -> HttpResponse:
    """The picture that a link to an open stall shows elsewhere, made of those of its first goods."""
    stall = Partner.objects.public().filter(slug=slug).select_related("region__parent").first()
    if stall is None:
        raise Http404
    first = list(_products_of(stall).values_list("pk", flat=True)[:CARDS])
    found = first_pictures(first)
    images = [found[pk] for pk in first if pk in found][:MOSAIC]
    if not images:
        raise Http404
    facts = _in_short(_figures(stall))
    place = stall.region.label if stall.region else ""
    current = sharing.digest(stall.name, place, facts, *(image.url_at(STORED_WIDTH) for image in images))
    return sharing.picture_answer(
        request, current, lambda: mosaic_picture(stall.name, [place, facts], images)
    )


def _shared(pictures: list[Picture | None]) -> list[str]:
    """The addresses of the pictures that a link to the stall shows."""
    return [picture.largest for picture in pictures if picture is not None][:MOSAIC]


def _in_short(figures: list[tuple[str, str]]) -> str:
    return ", ".join(f"{value} {name}" for value, name in figures[:2])


def _shelf(products: list[Card]) -> list[Picture]:
    """Pictures of the stall's goods, repeated until they fill the banner."""
    pictures = [product.picture for product in products if product.picture is not None]
    return list(islice(cycle(pictures), SHELF))


def _named(text: str) -> QuerySet:
    """Open stalls with products, by name, in whose name or place every word of the text begins one."""
    products = Product.objects.listed().filter(producer=OuterRef("pk"))
    stalls = Partner.objects.public().filter(Exists(products)).order_by("name", "pk")
    for word in fold(text).split():
        stalls = stalls.filter(_called(word))
    return stalls


def _called(word: str) -> Q:
    """The word begins one of the stall's name, of its place now, or of the place as it was recorded."""
    named = ("folded_name", *(f"{path}folded" for path in _place_paths()))
    condition = Q()
    for name in named:
        condition |= Q(**{f"{name}__startswith": word}) | Q(**{f"{name}__contains": f" {word}"})
    return condition


def _place_paths() -> tuple[str, ...]:
    then = "recorded_region__"
    return ("region__", "region__parent__", then, f"{then}parent__", f"{then}parent__parent__")


def _products_of(stall: Partner) -> QuerySet:
    return Product.objects.listed().filter(producer=stall).order_by("-certification__stars", "title", "pk")


def _why_gone(stall: Partner) -> str:
    return {
        Partner.State.SUSPENDED: _("This stall is suspended. It sells nothing for now."),
        Partner.State.CLOSED: _("This stall is closed. It sells nothing here any more."),
    }.get(stall.state, "")


def _place_then(stall: Partner) -> str:
    if stall.recorded_region is None or stall.recorded_region_id == stall.region_id:
        return ""
    now = stall.region.label if stall.region else ""
    then = stall.recorded_region.label
    return then if then.casefold() != now.casefold() else ""


def _figures(stall: Partner) -> list[tuple[str, str]]:
    """Three figures of the stall: value and what it counts; none of a stall that is not open."""
    if not stall.is_open:
        return []
    counted = (
        Product.objects.listed()
        .filter(producer=stall)
        .aggregate(
            products=Count("pk"),
            starred=Count("pk", filter=in_force("certification__")),
        )
    )
    first = stall.products.filter(is_public=True, certifications__recognised_year__isnull=False).order_by(
        "certifications__recognised_year"
    )
    year = first.values_list("certifications__recognised_year", flat=True).first()
    return [
        (str(counted["products"]), _("recognised products")),
        (str(counted["starred"]), _("with stars in force")),
        (str(year) if year else _("not known"), _("first recognised")),
    ]


def _identity(stall: Partner) -> list[Fact]:
    """What Decree 248/2026/NĐ-CP, Article 18.1 makes public about a seller."""
    legal_form = "" if stall.legal_form == Partner.LegalForm.OTHER else str(stall.get_legal_form_display())
    return [
        Fact(_("Registered name"), stall.registered_name or stall.name),
        Fact(_("Legal form"), legal_form, is_vietnamese=False),
        Fact(_("Registered address"), stall.registered_address),
        Fact(_("Tax or business code"), stall.business_code, is_vietnamese=False),
        Fact(_("Representative"), stall.representative),
        Fact(_("Phone"), stall.phone, is_vietnamese=False),
        Fact(_("E-mail"), stall.email, is_vietnamese=False),
    ]
