"""Stalls among the results of a search: open ones with products whose name has the words."""

from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from producers.models import Partner
from search import sections
from search.names import called
from storefront.stall_cards import stall_cards


def register() -> None:
    section = sections.Section(
        "stalls", _("Stalls"), _keys, stall_cards, "storefront/results_stall.html", _all_url
    )
    sections.register(section)


def _keys(asked: sections.Asked) -> QuerySet:
    goods = Product.objects.listed(asked.today).filter(producer=OuterRef("pk"))
    stalls = called(Partner.objects.public().filter(Exists(goods)), "folded_name", asked.patterns)
    return stalls.order_by("pk").values_list("pk")[: sections.ENTRIES + 1]


def _all_url(text: str) -> str:
    return f"{reverse('stalls:index')}?{urlencode({'q': text})}"
