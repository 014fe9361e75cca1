"""Stalls among the results of a search: open ones with products whose name has the words."""

from urllib.parse import urlencode

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from catalog.models.certifications import in_force
from marketplace.core.text import fold
from producers.models import Partner
from search import sections
from storefront.pictures import first_pictures


def register() -> None:
    section = sections.Section("stalls", _("Stalls"), find, "storefront/results_stall.html", _all_url)
    sections.register(section)


def find(text: str, number: int) -> list[Partner]:
    """Stalls by name with all that their cards show, in three queries; in one if there are none."""
    pks = list(_called(text).order_by("name", "pk").values_list("pk", flat=True)[:number])
    if not pks:
        return []
    goods = Product.objects.listed().filter(producer=OuterRef("pk")).order_by()
    stalls = list(
        Partner.objects.filter(pk__in=pks)
        .select_related("region__parent")
        .annotate(
            product_count=_count(goods),
            starred_count=_count(goods.filter(in_force("certification__"))),
            first_product=goods.order_by("-certification__stars", "pk").values("pk")[:1],
        )
        .order_by("name", "pk")
    )
    pictures = first_pictures(stall.first_product for stall in stalls)
    for stall in stalls:
        stall.portrait = pictures.get(stall.first_product)
    return stalls


def _called(text: str) -> QuerySet:
    stalls = Partner.objects.public().filter(Exists(Product.objects.listed().filter(producer=OuterRef("pk"))))
    words = fold(text).split()
    for word in words:
        stalls = stalls.filter(Q(folded_name__startswith=word) | Q(folded_name__contains=f" {word}"))
    return stalls if words else stalls.none()


def _count(goods: QuerySet) -> Subquery:
    return Subquery(goods.values("producer").annotate(number=Count("pk")).values("number"), IntegerField())


def _all_url(text: str) -> str:
    return f"{reverse('stalls:index')}?{urlencode({'q': text})}"
