"""Stories among the results of a search."""

from django.utils.translation import gettext_lazy as _

from cms.story_list import all_url, find
from search import sections


def register() -> None:
    section = sections.Section("stories", _("Stories"), find, "cms/stories/result.html", all_url, place=3)
    sections.register(section)
