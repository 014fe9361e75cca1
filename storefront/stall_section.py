"""Stalls among the results of a search: those whose name has the words, found along with the products."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from search import sections
from storefront.stall_cards import stall_cards

NAME = "stalls"


def register() -> None:
    section = sections.Section(
        NAME, _("Stalls"), None, stall_cards, "storefront/results_stall.html", _all_url
    )
    sections.register(section)


def _all_url(text: str) -> str:
    return f"{reverse('stalls:index')}?{urlencode({'q': text})}"
