"""Stalls among the results of a search: open ones with products whose name has the words."""

import datetime
from functools import cache
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from marketplace.core import clock
from marketplace.core.prepared import Prepared
from producers.models import Partner
from search import sections
from search.names import called, patterns
from storefront.stall_cards import stall_cards


def register() -> None:
    section = sections.Section("stalls", _("Stalls"), find, "storefront/results_stall.html", _all_url)
    sections.register(section)


def find(text: str, number: int) -> list[Partner]:
    """Stalls by name with all that their cards show, in three queries; in one if there are none."""
    wanted = patterns(text)
    if not wanted:
        return []
    rows = _prepared(tuple(wanted)).rows(today=clock.today(), **wanted)
    return stall_cards([pk for (pk,) in rows[:number]])


@cache
def _prepared(words: tuple[str, ...]) -> Prepared:
    return Prepared(_stalls, today=datetime.date, **dict.fromkeys(words, str))


def _stalls(today: datetime.date, **wanted: str) -> QuerySet:
    goods = Product.objects.listed(today).filter(producer=OuterRef("pk"))
    stalls = called(Partner.objects.public().filter(Exists(goods)), "folded_name", wanted.values())
    return stalls.order_by("pk").values_list("pk")[: sections.ENTRIES + 1]


def _all_url(text: str) -> str:
    return f"{reverse('stalls:index')}?{urlencode({'q': text})}"
