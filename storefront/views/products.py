"""The page of a product, and its picture for sharing."""

import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from catalog.domain.variants import has_dearer, shown_pack
from catalog.models import Category, Certification, CertificationAct, Listing, Product, TakeDown
from catalog.models.certifications import CertificationStatus
from marketplace.core import clock
from marketplace.core.money import format_number
from marketplace.core.pages import mark_public, public_page
from marketplace.core.prepared import Prepared
from marketplace.sales.domain.quote import booking_terms
from producers.models import Departure
from search.scope import Tree
from storefront import promotions, sharing, structured, units
from storefront.cards import Card, cards, pictures_of, price_in_words
from storefront.groups import short_name
from storefront.one_product import dates_of, find_product, variants_of
from storefront.recognition import describe, history
from storefront.reviews import latest_reviews, score_of
from storefront.share_pictures import STORED_WIDTH, product_picture

RELATED = 4


@require_safe
@public_page
def detail(request: HttpRequest, product_slug: str, pk: str) -> HttpResponse:
    """One product; what is not shown any more, or whose stall is closed, has a page that says so."""
    tree = Tree.load()
    product = find_product(int(pk), tree)
    if product is None:
        return _taken_down(request, int(pk), tree) or _put_away(request, int(pk), tree)
    if product_slug != product.slug:
        return redirect(product.get_absolute_url(), permanent=True)
    certifications = _history_of(product)
    newest = certifications[0]
    gone = _why_gone(product)
    related = [] if gone else cards(_related(product), tree)
    pictures = pictures_of([product]).get(product.pk, [])
    picture = pictures[0].largest if pictures else ""
    score = None if gone else score_of(product)
    dates = dates_of(product) if product.is_booked and product.can_buy else []
    packs = _packs(product) if not gone and not product.is_booked else []
    shown = shown_pack(packs) or product
    context = {
        "nav_groups": tree.groups,
        "product": product,
        "packs": packs,
        "shown": shown,
        "is_lowest": has_dearer(shown, packs),
        "dates": dates,
        "terms": booking_terms(product) if dates else None,
        "pictures": pictures,
        "picture": pictures[0] if pictures else None,
        "group": tree.group_of(product.category) if product.category else None,
        "crumbs": _crumbs(product, tree),
        "recognition": describe(newest, newest.acts.all() if newest.has_acts else ()),
        "steps": history(certifications),
        "gone": gone,
        "add_to_basket": pgettext("product", "Add to basket"),
        "not_for_sale": _why_not_for_sale(product),
        "promotions": promotions.on_product(product) if shown.is_for_sale else [],
        "facts": _facts(product),
        "stories": list(product.stories.public()) if product.has_stories else [],
        "score": score,
        "reviews": latest_reviews(product) if score else [],
        "from_stall": [each for each in related if _same_stall_as(product, each)],
        "from_place": [each for each in related if not _same_stall_as(product, each)],
        "described": structured.describe_product(request, product, picture, score, dates, packs),
        "share": sharing.product_share(product, picture, _price(shown, packs)) if not gone else None,
        "canonical": product.get_absolute_url(),
        "noindex": bool(gone),
    }
    response = render(request, "storefront/product.html", context)
    return mark_public(response, _seconds_until_a_date_ends(dates)) if dates else response


def _seconds_until_a_date_ends(dates: list[Departure]) -> int:
    """For how long the page is true at most: until one of its dates can no longer be booked."""
    first = min(date.stock_record.bookable_until for date in dates)
    return max(int((first - clock.now()).total_seconds()), 1)


def _taken_down(request: HttpRequest, pk: int, tree: Tree) -> HttpResponse | None:
    """That a listing was taken down, and nothing of what it said; None for one that was not."""
    take_downs = TakeDown.objects.in_force().select_related("product__producer")
    take_down = take_downs.filter(product=pk, product__listing__approved_at__isnull=False).first()
    if take_down is None:
        return None
    seller = take_down.product.producer
    context = {
        "nav_groups": tree.groups,
        "authority": take_down.ground == TakeDown.Ground.AUTHORITY,
        "stall": seller if seller is not None and seller.is_open else None,
    }
    return render(request, "storefront/taken_down.html", context)


def _put_away(request: HttpRequest, pk: int, tree: Tree) -> HttpResponse:
    """Not found, with the stall that has hidden it and what else it sells.

    Raises ``Http404`` for a product that no stall has hidden, or that nobody ever saw.
    """
    shown_before = Product.objects.filter(
        parent=None, listing__state=Listing.State.HIDDEN, listing__approved_at__isnull=False
    )
    product = shown_before.select_related("producer").filter(pk=pk).first()
    if product is None or product.producer is None or not product.producer.is_open:
        raise Http404
    others = _SAME_STALL.rows(pk=pk, producer=product.producer_id, today=clock.today())
    context = {
        "nav_groups": tree.groups,
        "stall": product.producer,
        "products": cards([row[0] for row in others], tree),
    }
    return render(request, "storefront/put_away.html", context, status=404)


@require_safe
def share(request: HttpRequest, product_slug: str, pk: str, digest: str) -> HttpResponse:
    """The picture that a link to the product shows elsewhere; none for what is not listed."""
    product = Product.objects.reachable().for_cards().filter(pk=int(pk)).first()
    if product is None or not product.is_listed or product.picture is None:
        raise Http404
    product.has_variants = product.children.exists()
    packs = _packs(product) if not product.is_booked else []
    price = _price(shown_pack(packs) or product, packs)
    current = sharing.product_digest(product, product.picture.url_at(STORED_WIDTH), price)
    return sharing.picture_answer(request, current, lambda: product_picture(product, price))


def _history_of(product: Product) -> list[Certification]:
    """The product's certifications: the one that counts, then the others, the newest first."""
    certifications = _CERTIFICATIONS.objects(product=product.pk)
    for each in certifications:
        each.product = product
        if each.pk == product.certification_id:
            product.certification = each
    return sorted(certifications, key=lambda each: each.pk != product.certification_id)


def _certification_query(product: int) -> QuerySet:
    acts = CertificationAct.objects.filter(certification=OuterRef("pk"))
    return Certification.objects.filter(product=product).newest_first().annotate(has_acts=Exists(acts))


def _related(product: Product) -> list[int]:
    """Ids of the newest listed products of the same stall, then of other sellers in the same place."""
    today, pk = clock.today(), product.pk
    found = []
    if product.producer_id is not None:
        found += _SAME_STALL.rows(pk=pk, producer=product.producer_id, today=today)
    if product.region_id is not None:
        seller = product.producer_id or 0
        found += _SAME_PLACE.rows(pk=pk, producer=seller, region=product.region_id, today=today)
    return [row[0] for row in found]


def _same_stall_as(product: Product, card: Card) -> bool:
    return product.producer_id is not None and card.producer_id == product.producer_id


def _same_stall(pk: int, producer: int, today: datetime.date) -> QuerySet:
    return _newest(Product.objects.listed(today).filter(producer=producer), pk)


def _same_place(pk: int, producer: int, region: int, today: datetime.date) -> QuerySet:
    elsewhere = Q(producer=None) | ~Q(producer=producer)
    return _newest(Product.objects.listed(today).filter(elsewhere, region=region), pk)


def _newest(products: QuerySet, but: int) -> QuerySet:
    return products.filter(~Q(pk=but)).order_by("-pk").values_list("pk")[:RELATED]


_CERTIFICATIONS = Prepared(_certification_query, product=int)
_SAME_STALL = Prepared(_same_stall, pk=int, producer=int, today=datetime.date)
_SAME_PLACE = Prepared(_same_place, pk=int, producer=int, region=int, today=datetime.date)


def _packs(product: Product) -> list[Product]:
    """The product and its variants that are sold, to choose from; none where there is no choice."""
    variants = [variant for variant in variants_of(product) if variant.is_for_sale]
    return [each for each in (product, *variants) if each.is_for_sale] if variants else []


def _price(shown: Product, packs: list[Product]) -> str:
    """The price of the shown pack in words, as a lowest one where it is; empty for what is not sold."""
    return price_in_words(shown.price, is_lowest=has_dearer(shown, packs)) if shown.is_for_sale else ""


def _crumbs(product: Product, tree: Tree) -> list[dict]:
    category = product.category
    above = []
    if category is not None:
        above = list(dict.fromkeys((tree.group_of(category), category)))
    crumbs = [{"title": short_name(each), "url": each.get_absolute_url()} for each in above]
    return crumbs or [{"title": _("Products")}]


def _why_gone(product: Product) -> str:
    """Why a page without offer says nothing of price and stars; empty if the product is listed."""
    if product.is_listed:
        return ""
    if product.certification_status == CertificationStatus.WITHDRAWN:
        return _("The certification of this product was withdrawn. It is not sold here any more.")
    if product.producer.state == product.producer.State.SUSPENDED:
        return _("The stall of this seller is suspended. Its products are not sold for now.")
    return _("The stall of this seller is closed. Its products are not sold here any more.")


def _why_not_for_sale(product: Product) -> str:
    """Why a listed product has no button to buy it; empty if it has one or is only sold out."""
    if not product.is_listed or product.is_for_sale:
        return ""
    if product.producer is None:
        return _("The source names no producer, so nobody can sell it here yet.")
    if product.sale_rule == Category.SaleRule.CLEARANCE:
        return _("Goods of this set are sold once the office has cleared the seller's papers.")
    return _("The seller has not named a price yet.")


def _facts(product: Product) -> list[tuple[str, str]]:
    """What is known of the goods, by name; what no source gives is left out."""
    facts = [
        (_("Set"), product.category.display_name if product.category else ""),
        (_("Unit"), units.in_words(product.unit)),
        (_("Net content"), product.net_content),
        (
            _("Net weight"),
            _("%(grams)s g") % {"grams": format_number(product.net_weight)} if product.net_weight else "",
        ),
        (_("Ingredients"), product.ingredients),
        (_("Material"), product.material),
        (_("Size"), product.dimensions),
        (_("Duration"), product.duration),
        (_("Dates"), product.dates),
        (_("Shelf life"), product.shelf_life),
        (_("Storage"), product.storage),
        (_("Origin"), product.origin_statement),
    ]
    return [(name, value) for name, value in facts if value]
