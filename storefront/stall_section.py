"""Stalls among the results of a search: open ones with products whose name has the words."""

from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from marketplace.core.text import fold
from producers.models import Partner
from search import sections
from storefront.stall_cards import stall_cards


def register() -> None:
    section = sections.Section("stalls", _("Stalls"), find, "storefront/results_stall.html", _all_url)
    sections.register(section)


def find(text: str, number: int) -> list[Partner]:
    """Stalls by name with all that their cards show, in three queries; in one if there are none."""
    return stall_cards(list(_called(text).order_by("name", "pk").values_list("pk", flat=True)[:number]))


def _called(text: str) -> QuerySet:
    stalls = Partner.objects.public().filter(Exists(Product.objects.listed().filter(producer=OuterRef("pk"))))
    words = fold(text).split()
    for word in words:
        stalls = stalls.filter(Q(folded_name__startswith=word) | Q(folded_name__contains=f" {word}"))
    return stalls if words else stalls.none()


def _all_url(text: str) -> str:
    return f"{reverse('stalls:index')}?{urlencode({'q': text})}"
