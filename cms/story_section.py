"""Stories among the results of a search, the newest first."""

from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from search import sections
from search.names import called
from storefront.story_cards import listed_stories, story_cards


def register() -> None:
    section = sections.Section(
        "stories", _("Stories"), _keys, story_cards, "cms/stories/result.html", _all_url, place=3
    )
    sections.register(section)


def _keys(asked: sections.Asked) -> QuerySet:
    found = called(listed_stories(asked.today), "folded", asked.patterns)
    return found.order_by("-published_at", "-pk").values_list("pk")[: sections.ENTRIES + 1]


def _all_url(text: str) -> str:
    """All stories with these words."""
    return f"{reverse('stories:index')}?{urlencode({'q': text})}"
