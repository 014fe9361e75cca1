"""What the edit page of a page says besides its fields."""

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import Panel


class GoneProductsPanel(Panel):
    """Names the products of the page that lists do not show any more; not there while there are none."""

    def __init__(self, **options):
        options.setdefault("heading", _("Products that have dropped out"))
        super().__init__(**options)

    class BoundPanel(Panel.BoundPanel):
        template_name = "cms/admin/gone_products.html"

        @cached_property
        def gone(self) -> list:
            # Asks for models that are defined after the pages.
            from cms.named_products import gone_from  # noqa: PLC0415

            return gone_from(self.instance) if self.instance.pk else []

        def is_shown(self) -> bool:
            return super().is_shown() and bool(self.gone)

        def get_context_data(self, parent_context=None) -> dict:
            return {**super().get_context_data(parent_context), "gone": self.gone}
