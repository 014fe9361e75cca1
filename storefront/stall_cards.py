"""Stalls with all that their cards show: numbers of products and a picture."""

import datetime
from collections.abc import Sequence

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery

from catalog.models import Product
from catalog.models.certifications import in_force
from marketplace.core import clock
from marketplace.core.prepared import Prepared
from producers.models import Partner
from storefront.pictures import first_pictures


def stall_cards(pks: Sequence[int]) -> list[Partner]:
    """The stalls in the order of their ids, in two queries; in none if there are none."""
    stalls = bare_stalls(pks)
    pictures = first_pictures(stall.first_product for stall in stalls)
    for stall in stalls:
        stall.portrait = pictures.get(stall.first_product)
    return stalls


def bare_stalls(pks: Sequence[int]) -> list[Partner]:
    """As `stall_cards`, without portraits; ``first_product`` is the id of the product to take them from."""
    if not pks:
        return []
    found = {stall.pk: stall for stall in _STALLS.objects(pks=pks, today=clock.today())}
    return [found[pk] for pk in pks if pk in found]


def _stalls(pks: list[int], today: datetime.date) -> QuerySet:
    goods = Product.objects.listed(today).filter(producer=OuterRef("pk")).order_by()
    return (
        Partner.objects.filter(pk__in=pks)
        .select_related("region__parent", "recorded_region__parent__parent")
        .annotate(
            product_count=_count(goods),
            starred_count=_count(goods.filter(in_force("certification__", today))),
            first_product=goods.order_by("-certification__stars", "pk").values("pk")[:1],
        )
    )


_STALLS = Prepared(_stalls, pks=[int], today=datetime.date)


def _count(goods: QuerySet) -> Subquery:
    return Subquery(goods.values("producer").annotate(number=Count("pk")).values("number"), IntegerField())
