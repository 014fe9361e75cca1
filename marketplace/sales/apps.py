from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SalesConfig(AppConfig):
    name = "marketplace.sales"
    label = "sales"
    verbose_name = _("Sales")
    public_models = ("sales.Promotion",)
    append_only_models = (
        "sales.Invoice",
        "sales.LedgerEntry",
        "sales.LedgerTransaction",
        "sales.VatDeclaration",
    )

    def ready(self):
        from marketplace.sales import receivers  # noqa: F401, PLC0415 - needs loaded models
