"""Sellers in bulk: recognised by the normal form of their name within a province, made where missing."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q

from marketplace.core import bulk
from marketplace.core.text import fold, slugify
from marketplace.regions.models import Region, RegionKind
from producers.models import Partner
from producers.names import NormalName, normal_name

LONGEST_BASE_SLUG = 100

SellerKey = tuple[str, int | None]
"""Normal form of the name, and the pk of today's province or None where no place is known."""


@dataclass
class Mention:
    """A producer as a list names it."""

    name: str
    legal_form: str = ""
    region: Region | None = None
    recorded_region: Region | None = None
    source_url: str = ""

    @cached_property
    def normal(self) -> NormalName:
        return normal_name(self.name, self.legal_form)

    @property
    def key(self) -> SellerKey:
        return self.normal.key, province_id(self.region)


def province_id(region: Region | None) -> int | None:
    """Primary key of the province of a current commune, or of the province itself."""
    if region is None:
        return None
    return region.pk if region.kind == RegionKind.PROVINCE else region.parent_id


def _province_name(region: Region) -> str:
    return (region if region.kind == RegionKind.PROVINCE else region.parent).short_name


def find_sellers(names: Collection[str]) -> dict[SellerKey, Partner]:
    """The producers with one of these normal names, by name and province; one query."""
    found = Partner.objects.filter(kind=Partner.Kind.PRODUCER, normal_name__in=names).select_related("region")
    return {(seller.normal_name, province_id(seller.region)): seller for seller in found.order_by("-pk")}


def create_sellers(mentions: Mapping[SellerKey, Mention]) -> dict[SellerKey, Partner]:
    """Open stalls for producers that are new; two queries, more only for thousands at once."""
    candidates = {key: _slugs(key, mention) for key, mention in mentions.items()}
    taken = _taken_slugs(slug for slugs in candidates.values() for slug in slugs)
    sellers = {}
    make = bulk.Maker(Partner, "name", "code", "slug", "legal_form", "source_url")
    for key, mention in mentions.items():
        slug = next(slug for slug in candidates[key] if slug not in taken)
        taken.add(slug)
        seller = make(
            mention.name,
            slug,
            slug,
            mention.normal.legal_form or Partner.LegalForm.OTHER,
            mention.source_url,
        )
        seller.region, seller.recorded_region = mention.region, mention.recorded_region
        seller.folded_name, seller.normal_name = fold(mention.name), mention.normal.key
        sellers[key] = seller
    bulk.insert(list(sellers.values()))
    return sellers


def place_more_exactly(sellers: Iterable[Partner]) -> None:
    """Keep the places of sellers whose commune has become known; one query."""
    Partner.objects.bulk_update(list(sellers), ["region", "recorded_region"])


def _slugs(key: SellerKey, mention: Mention) -> list[str]:
    """Slugs for a stall in the order in which they are tried; the last is nobody else's."""
    base = slugify(mention.name)[:LONGEST_BASE_SLUG].strip("-")
    digest = hashlib.sha256(f"{key[0]} {key[1]}".encode()).hexdigest()[:8]
    province = slugify(_province_name(mention.region)) if mention.region else ""
    with_province = [f"{base}-{province}"[:130]] if province else []
    return [base, *with_province, f"{base}-{digest}"]


def _taken_slugs(slugs: Iterable[str]) -> set[str]:
    wanted = set(slugs)
    found = Partner.objects.filter(Q(slug__in=wanted) | Q(code__in=wanted)).values_list("slug", "code")
    return {each for pair in found for each in pair}
