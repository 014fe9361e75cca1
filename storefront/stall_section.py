"""Stalls among the results of a search: open ones with products whose name has the words."""

import datetime
from functools import cache
from urllib.parse import urlencode

from django.db.models import BooleanField, Exists, Func, OuterRef, QuerySet, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from marketplace.core import clock
from marketplace.core.prepared import Prepared
from marketplace.core.text import fold
from producers.models import Partner
from search import sections
from storefront.stall_cards import stall_cards


def register() -> None:
    section = sections.Section("stalls", _("Stalls"), find, "storefront/results_stall.html", _all_url)
    sections.register(section)


def find(text: str, number: int) -> list[Partner]:
    """Stalls by name with all that their cards show, in three queries; in one if there are none."""
    words = fold(text).split()
    if not words:
        return []
    patterns = {f"word_{place}": f"% {word}%" for place, word in enumerate(words)}
    rows = _called(len(words)).rows(**patterns, today=clock.today())
    return stall_cards([pk for (pk,) in rows[:number]])


class _Like(Func):
    """Django's own `contains` would not leave the pattern as it is, which a prepared query needs."""

    template = "%(expressions)s"
    arg_joiner = " LIKE "
    output_field = BooleanField()


@cache
def _called(count: int) -> Prepared:
    """Ids of the stalls of whose name so many words begin one each."""

    def build(today: datetime.date, **patterns: str) -> QuerySet:
        goods = Product.objects.listed(today).filter(producer=OuterRef("pk"))
        stalls = Partner.objects.public().filter(Exists(goods)).order_by("name", "pk")
        name = Concat(Value(" "), "folded_name")
        for pattern in patterns.values():
            stalls = stalls.filter(_Like(name, Value(pattern)))
        return stalls.values_list("pk")[: sections.ENTRIES + 1]

    return Prepared(build, **{f"word_{place}": str for place in range(count)}, today=datetime.date)


def _all_url(text: str) -> str:
    return f"{reverse('stalls:index')}?{urlencode({'q': text})}"
