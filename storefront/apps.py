from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StorefrontConfig(AppConfig):
    name = "storefront"
    verbose_name = _("Storefront")

    def ready(self):
        # Needs the models of other apps.
        from storefront import point_section, stall_section  # noqa: PLC0415

        stall_section.register()
        point_section.register()
