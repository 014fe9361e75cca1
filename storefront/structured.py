"""schema.org data for search engines, as JSON that cannot end the script element it stands in."""

import json
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalog.models import Certification, Product
from marketplace.core import clock
from marketplace.reviews.models.reviews import LEAST, MOST
from producers.models import Departure, Partner
from storefront.scores import Score

SCHEMA = "https://schema.org"
CURRENCY = "VND"
MOST_STARS = 5
_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})
_EMPTY = (None, "", [], {})


def as_json(thing: dict) -> SafeString:
    """The thing as JSON-LD; what is empty or None is left out at every depth."""
    text = json.dumps({"@context": SCHEMA, **_known(thing)}, ensure_ascii=False)
    return mark_safe(text.translate(_ESCAPES))  # noqa: S308 - no character is left that HTML reads


def as_script(thing: dict | None) -> SafeString:
    """The script element with the thing as JSON-LD; empty for None."""
    if not thing:
        return SafeString("")
    return format_html('<script type="application/ld+json">{}</script>', as_json(thing))


def _known(value):
    if isinstance(value, dict):
        return {name: known for name, each in value.items() if (known := _known(each)) not in _EMPTY}
    if isinstance(value, (list, tuple)):
        return [known for each in value if (known := _known(each)) not in _EMPTY]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return str(value)


def describe_site(request: HttpRequest) -> dict:
    """The whole site, with the address at which it is searched."""
    address = request.build_absolute_uri(reverse("search:search"))
    return {
        "@type": "WebSite",
        "name": settings.SHOP_NAME,
        "url": request.build_absolute_uri(reverse("home")),
        "inLanguage": get_language(),
        "publisher": publisher(request),
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{address}?q={{search_term_string}}"},
            "query-input": "required name=search_term_string",
        },
    }


def publisher(request: HttpRequest) -> dict:
    """Who stands behind the site."""
    return {
        "@type": "Organization",
        "name": settings.SHOP_NAME,
        "url": request.build_absolute_uri(reverse("home")),
    }


def breadcrumbs(request: HttpRequest, crumbs: Iterable[dict]) -> dict:
    """The way from the home page down to this one; crumbs have a ``title`` and most a ``url``."""
    way = [{"title": _("Home"), "url": reverse("home")}, *crumbs]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": place,
                "name": crumb["title"],
                "item": request.build_absolute_uri(crumb["url"]) if crumb.get("url") else None,
            }
            for place, crumb in enumerate(way, start=1)
        ],
    }


def describe_product(
    request: HttpRequest,
    product: Product,
    picture: str = "",
    score: Score | None = None,
    dates: Sequence[Departure] = (),
    packs: Sequence[Product] = (),
) -> dict | None:
    """A product with its offer and the certification that is in force; None for one that is not listed.

    Stars are no customers' rating: they stand with the certification only, and ``score`` is the buyers'.
    What is made up for the demonstration has no rating for machines. What is booked by date is offered as
    long as its last date can be booked; of what is sold in several packs each is an offer.
    """
    if not product.is_listed:
        return None
    url = request.build_absolute_uri(product.get_absolute_url())
    offers = [{"name": pack.pack_label, **_offer(request, pack, url, dates)} for pack in packs]
    if not packs and product.is_for_sale:
        offers = _offer(request, product, url, dates)
    return {
        "@type": "Product",
        "name": product.display_title,
        "url": url,
        "category": product.category.display_name if product.category else None,
        "image": request.build_absolute_uri(picture) if picture else None,
        "brand": _seller(request, product.producer) if product.producer else None,
        "offers": offers,
        "hasCertification": _certification(request, product.certification),
        "aggregateRating": _rating(product, score) if score is not None else None,
    }


def _rating(product: Product, score: Score) -> dict | None:
    if product.producer is not None and product.producer.is_fictional:
        return None
    return {
        "@type": "AggregateRating",
        "ratingValue": score.average,
        "reviewCount": score.count,
        "bestRating": MOST,
        "worstRating": LEAST,
    }


def _offer(request: HttpRequest, product: Product, url: str, dates: Sequence[Departure]) -> dict:
    state = "InStock" if product.can_buy else "OutOfStock"
    return {
        "@type": "Offer",
        "url": url,
        "price": product.price,
        "priceCurrency": CURRENCY,
        "availability": f"{SCHEMA}/{state}",
        "availabilityEnds": product.stock_record.bookable_until.astimezone(clock.HA_NOI).isoformat()
        if dates
        else None,
        "itemCondition": f"{SCHEMA}/NewCondition" if not product.is_booked else None,
        "seller": _seller(request, product.producer),
    }


def _certification(request: HttpRequest, certification: Certification) -> dict | None:
    """What is known of it; one that is out of force, or made up for the demo, is not told to machines."""
    stars = certification.stars_in_force
    if stars is None or certification.is_illustrative:
        return None
    # Where only the year is known, the day on which the stars end is our reading and no paper's.
    is_dated = certification.issued_on is not None or certification.extended_until is not None
    return {
        "@type": "Certification",
        "name": _("OCOP %(stars)s stars") % {"stars": stars},
        "url": request.build_absolute_uri(certification.get_absolute_url()),
        "certificationIdentification": certification.number or certification.decision_number,
        "certificationRating": {"@type": "Rating", "ratingValue": stars, "bestRating": MOST_STARS},
        "issuedBy": _issuer(certification),
        "validFrom": certification.issued_on,
        "expires": certification.ends_on if is_dated else None,
    }


def _issuer(certification: Certification) -> dict | None:
    if not certification.level:
        return None
    return {"@type": "Organization", "name": certification.get_level_display()}


def describe_stall(request: HttpRequest, stall: Partner, picture: str = "") -> dict | None:
    """The organisation behind a stall; None for one that is closed or made up."""
    if not stall.is_open or stall.is_fictional:
        return None
    return {
        **_seller(request, stall),
        "image": request.build_absolute_uri(picture) if picture else None,
        "address": stall.registered_address or (stall.region.label if stall.region else None),
        "telephone": stall.phone,
        "email": stall.email,
        "taxID": stall.business_code,
    }


def _seller(request: HttpRequest, seller: Partner) -> dict:
    return {
        "@type": "Organization",
        "name": seller.name,
        "url": request.build_absolute_uri(seller.get_absolute_url()),
    }
