from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LegalConfig(AppConfig):
    name = "marketplace.legal"
    label = "legal"
    verbose_name = _("Legal texts")
    public_models = ("legal.Version", "legal.VersionText")

    def ready(self):
        from marketplace.legal import receivers  # noqa: F401, PLC0415 - needs loaded models
