"""What a page tells machines of itself: its one address, its address in the other language, its preview."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import reverse, translate_url
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.html import escape, format_html
from django.utils.http import quote_etag
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalog.models import Product
from marketplace.core import clock
from producers.models import Partner
from storefront.share_pictures import CONTENT_TYPE, HEIGHT, WIDTH

LOCALES = {"vi": "vi_VN", "en": "en_GB"}
LARGEST_PAGE = 10_000
SHOP_PICTURE = "storefront/share.jpg"
PICTURE_SECONDS = 60 * 60


@dataclass(frozen=True)
class Share:
    """How a link to a page looks elsewhere; ``picture`` is an address, of ours without the host."""

    title: str
    description: str = ""
    picture: str = ""
    alt: str = ""
    width: int = WIDTH
    height: int = HEIGHT
    kind: str = "website"


def canonical_path(request: HttpRequest) -> str:
    """The address of what is asked for: of the query only the page's number counts."""
    number = request.GET.get("page", "")
    is_later = number.isascii() and number.isdecimal() and 1 < int(number[:9]) < LARGEST_PAGE
    return f"{request.path}?page={int(number)}" if is_later else request.path


def other_language() -> str:
    return "vi" if get_language() == "en" else "en"


def alternate_path(request: HttpRequest, path: str) -> str:
    """The path in the other language; empty where there is no such page.

    A page that editors write says by `request.alternate_path` where its translation is.
    """
    known = getattr(request, "alternate_path", None)
    if known is None:
        bare, mark, query = path.partition("?")
        translated = _translated(bare, get_language(), other_language())
        return "" if translated == bare else f"{translated}{mark}{query}"
    query = path.removeprefix(request.path) if path.startswith(request.path) else ""
    return f"{known}{query}" if known else ""


@lru_cache(maxsize=4096)
def _translated(path: str, _here: str, there: str) -> str:
    """The path in another language, or as it is: finding that out takes as long as a small query."""
    return translate_url(path, there)


def links(request: HttpRequest, canonical: str = "") -> SafeString:
    """The canonical link and those to the languages that the page exists in."""
    path = canonical or canonical_path(request)
    here = request.build_absolute_uri(path)
    lines = [format_html('<link rel="canonical" href="{}">', here)]
    if alternate := alternate_path(request, path):
        addresses = {get_language(): here, other_language(): request.build_absolute_uri(alternate)}
        addresses["x-default"] = addresses[settings.LANGUAGE_CODE]
        lines += [
            format_html('<link rel="alternate" hreflang="{}" href="{}">', language, address)
            for language, address in addresses.items()
        ]
    return SafeString("\n  ".join(lines))


def preview(request: HttpRequest | None, share: Share | None = None, canonical: str = "") -> SafeString:
    """Open Graph, which the others read too; without a ``share`` the shop's own picture."""
    language = get_language()
    properties = [
        ("og:site_name", settings.SHOP_NAME),
        ("og:type", share.kind if share else "website"),
        ("og:locale", LOCALES.get(language, LOCALES["vi"])),
    ]
    if share:
        properties += [("og:title", share.title), ("og:description", share.description)]
    if request is not None:
        properties.append(("og:url", request.build_absolute_uri(canonical or canonical_path(request))))
        properties += _picture(request, share)
    lines = [f'<meta property="{name}" content="{escape(value)}">' for name, value in properties if value]
    lines.append('<meta name="twitter:card" content="summary_large_image">')
    return SafeString("\n  ".join(lines))


def _picture(request: HttpRequest, share: Share | None) -> list[tuple[str, object]]:
    if share is None or not share.picture:
        share = _shop_share(get_language())
    return [
        ("og:image", request.build_absolute_uri(share.picture)),
        ("og:image:width", share.width),
        ("og:image:height", share.height),
        ("og:image:alt", share.alt or share.title),
    ]


@cache
def _shop_share(_language: str) -> Share:
    """The shop's own picture with its words in the active language."""
    alt = _("%(shop)s, certified goods from the villages") % {"shop": settings.SHOP_NAME}
    return Share("", picture=static(SHOP_PICTURE), alt=alt)


# --- what links to products and stalls show
def product_share(product: Product, picture: str, price: str) -> Share:
    """The preview of a product, with a drawn picture if the product has one at the address ``picture``.

    ``price`` is what lists say of it, in words, empty for what is not sold.
    """
    facts = _facts(product)
    address = ""
    if picture:
        shown = product_digest(product, picture, price)
        named = {"product_slug": product.slug, "pk": product.pk, "digest": shown}
        address = reverse("catalogue:share", kwargs=named)
    return Share(
        title=product.display_title,
        description=", ".join(filter(None, [*facts, price])),
        picture=address,
        alt=", ".join([product.display_title, *facts]),
        kind="product",
    )


def product_digest(product: Product, picture: str, price: str) -> str:
    """The digest of the drawn picture of a product as it is now."""
    return digest(product.display_title, *_facts(product), price, picture)


def _facts(product: Product) -> list[str]:
    stars = _("OCOP %(stars)s stars") % {"stars": product.stars} if product.stars else ""
    seller = product.producer.name if product.producer else ""
    return [fact for fact in (stars, seller, product.place_now) if fact]


def stall_share(stall: Partner, facts: str, pictures: list[str]) -> Share:
    """The preview of a stall; ``pictures`` are the addresses of those of its goods that are drawn."""
    place = stall.region.label if stall.region else ""
    shown = digest(stall.name, place, facts, *pictures)
    return Share(
        title=stall.name,
        description=", ".join(filter(None, [place, facts])),
        picture=reverse("stalls:share", args=[stall.slug, shown]) if pictures else "",
    )


# --- the pictures
def digest(*shown: str) -> str:
    """A mark of what a picture shows: with another price it has another address, and nobody keeps the old."""
    return hashlib.blake2b("\n".join(shown).encode(), digest_size=8).hexdigest()


def picture_answer(request: HttpRequest, current: str, draw: Callable[[], bytes]) -> HttpResponse:
    """The picture as it is now, whatever digest its address has; raises Http404 where a file is missing."""
    etag = quote_etag(current)
    response = get_conditional_response(request, etag=etag)
    if response is None:
        try:
            response = HttpResponse(draw(), content_type=CONTENT_TYPE)
        except FileNotFoundError:
            raise Http404 from None
    response["ETag"] = etag
    patch_cache_control(response, public=True, max_age=_seconds_to_keep())
    return response


def _seconds_to_keep() -> int:
    """At most an hour and never past the day, at whose end stars may end too."""
    return min(PICTURE_SECONDS, int((clock.end_of_day() - clock.now()).total_seconds()))
