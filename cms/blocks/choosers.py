"""Choosers of the shop's own things; their windows are those of `cms.choosers`."""

from typing import Any

from django.utils.functional import cached_property
from wagtail.blocks import ChooserBlock

from marketplace.regions.models import Region


class _OwnChooserBlock(ChooserBlock):
    chooser = ""

    @cached_property
    def widget(self):
        # The windows are admin views, which cannot be loaded before all models are.
        from cms import choosers  # noqa: PLC0415

        return getattr(choosers, self.chooser).widget_class()


class ProductChooserBlock(_OwnChooserBlock):
    target_model = "catalogue.Product"
    chooser = "product_chooser"

    class Meta:
        icon = "tag"


class StallChooserBlock(_OwnChooserBlock):
    target_model = "partner.Partner"
    chooser = "stall_chooser"

    class Meta:
        icon = "group"


class StoryChooserBlock(_OwnChooserBlock):
    target_model = "partner.Story"
    chooser = "story_chooser"

    class Meta:
        icon = "openquote"


class EventChooserBlock(_OwnChooserBlock):
    target_model = "events.Event"
    chooser = "event_chooser"

    class Meta:
        icon = "date"


class RegionChooserBlock(_OwnChooserBlock):
    """A place. Its key is stored, which is the same in every database and stands in addresses."""

    target_model = "regions.Region"
    chooser = "region_chooser"

    def to_python(self, value: str | None) -> Region | None:
        return Region.objects.filter(key=value).first() if value else None

    def bulk_to_python(self, values) -> list[Region | None]:
        found = Region.objects.in_bulk([key for key in values if key], field_name="key")
        return [found.get(key) for key in values]

    def normalize(self, value: Any) -> Region | None:
        return self.to_python(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Region | None) -> str | None:
        return value.key if value is not None else None

    class Meta:
        icon = "site"
