from contextlib import closing

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition, Filter
from wagtail.images.models import Image as WagtailImage


class Picture(AbstractImage):
    """A picture that editors uploaded, with the words that stand for it where it cannot be seen."""

    description = models.CharField(
        _("Alternative text"),
        max_length=255,
        help_text=_("What the picture shows, in one sentence, for people who do not see it."),
    )
    credit = models.CharField(_("Credit"), max_length=200, blank=True)
    drawn = models.JSONField(
        default=dict,
        editable=False,
        help_text="Where its sizes are, by shape and format, so that pages need no query for them.",
    )

    admin_form_fields = (*WagtailImage.admin_form_fields, "credit")

    class Meta(AbstractImage.Meta):
        verbose_name = _("Picture")
        verbose_name_plural = _("Pictures")

    def create_rendition(self, filter: Filter) -> "Rendition":
        """As Wagtail does it, but for what was drawn, which is closed."""
        with closing(self.generate_rendition_file(filter)) as file:
            return self.renditions.get_or_create(
                filter_spec=filter.spec, focal_point_key=filter.get_cache_key(self), defaults={"file": file}
            )[0]

    @property
    def focus(self) -> list[int | None]:
        """The focal point as it was set: whoever crops keeps it in the picture."""
        return [
            self.focal_point_x,
            self.focal_point_y,
            self.focal_point_width,
            self.focal_point_height,
        ]


class Rendition(AbstractRendition):
    """A picture in one of its sizes and formats."""

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)
