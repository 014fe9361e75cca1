from django.utils.translation import gettext_lazy as _
from oscar.apps.catalogue.apps import CatalogueConfig


class CatalogConfig(CatalogueConfig):
    """Oscar's catalogue app, forked in place: products, OCOP sets and certifications."""

    name = "catalog"
    verbose_name = _("Catalogue")
    public_models = (
        "catalogue.Category",
        "catalogue.Certification",
        "catalogue.CertificationAct",
        "catalogue.Product",
        "catalogue.ProductCategory",
        "catalogue.ProductImage",
    )

    def ready(self):
        # Oscar's own ready() also loads its views, and with them haystack; ours are in the storefront.
        from oscar.apps.catalogue import receivers  # noqa: F401, PLC0415

    def get_urls(self):
        return []
