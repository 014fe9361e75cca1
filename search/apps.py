from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """Finding products; has the label of oscar's search app, which would bring haystack."""

    name = "search"
    verbose_name = _("Search")
