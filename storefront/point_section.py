"""Points of sale among the results of a search: open ones whose name or place has the words."""

from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from producers.models import PointOfSale
from search import sections
from search.names import called
from storefront.point_list import dressed


def register() -> None:
    section = sections.Section(
        "points", _("Points of sale"), _keys, dressed, "storefront/results_point.html", _all_url, place=1
    )
    sections.register(section)


def _keys(asked: sections.Asked) -> QuerySet:
    points = called(PointOfSale.objects.public(asked.today), "folded", asked.patterns)
    return points.order_by("pk").values_list("pk")[: sections.ENTRIES + 1]


def _all_url(text: str) -> str:
    return f"{reverse('points:index')}?{urlencode({'q': text})}"
