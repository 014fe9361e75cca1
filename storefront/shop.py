"""Oscar's shop, without its storefront: our pages answer under Vietnamese paths (storefront.urls)."""

from django.apps import apps
from django.utils.functional import cached_property
from oscar.config import Shop as OscarShop


class Shop(OscarShop):
    name = "oscar"

    def ready(self):
        # Oscar's own ready() collects the apps whose pages we do not use and imports its search.
        import oscar.checks  # noqa: F401, PLC0415

    @cached_property
    def dashboard_app(self):
        return apps.get_app_config("dashboard")

    def get_urls(self):
        return []
