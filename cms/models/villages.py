from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from cms.blocks import SourcesBlock
from cms.models.pictures import Picture
from cms.models.public import PublicPage
from cms.richtext import FEATURES
from marketplace.core.text import fold
from marketplace.regions.models import Region


class VillageIndex(PublicPage, Page):
    """The craft villages, on a map and in a list."""

    intro = models.TextField(_("Introduction"), blank=True)

    template = "cms/villages/index.html"
    max_count_per_parent = 1
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.VillagePage"]
    content_panels = [*Page.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("List of craft villages")
        verbose_name_plural = _("Lists of craft villages")

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        # Reads the models of this module.
        from cms.villages import by_province  # noqa: PLC0415

        return super().get_context(request, *args, **kwargs) | {"provinces": by_province(self)}


class VillagePage(PublicPage, Page):
    """A craft village: where it lies, its craft and story; its goods come from the catalogue."""

    craft = models.CharField(_("Craft"), max_length=120)
    region = models.ForeignKey(
        Region,
        verbose_name=_("Commune today"),
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("A village keeps its name; the commune that it lies in may have another."),
    )
    former_region = models.ForeignKey(
        Region,
        verbose_name=_("Former commune"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Where products are recorded by it, only those are shown as the village's."),
    )
    intro = models.TextField(_("Introduction"))
    picture = models.ForeignKey(
        Picture, verbose_name=_("Picture"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    story = RichTextField(_("Story"), features=FEATURES)
    sources = StreamField(SourcesBlock(), verbose_name=_("Sources"), blank=True)

    template = "cms/villages/page.html"
    parent_page_types = ["cms.VillageIndex"]
    subpage_types = []
    content_panels = [
        *Page.content_panels,
        FieldPanel("craft"),
        MultiFieldPanel([FieldPanel("region"), FieldPanel("former_region")], heading=_("Place")),
        FieldPanel("intro"),
        FieldPanel("picture"),
        FieldPanel("story"),
        FieldPanel("sources"),
    ]

    class Meta:
        verbose_name = _("Craft village")
        verbose_name_plural = _("Craft villages")

    search_fields = [*Page.search_fields, *PublicPage.own_search_fields]

    @property
    def folded_words(self) -> str:
        return f"{super().folded_words} {fold(self.craft)} {fold(strip_tags(self.story))}"

    def clean(self):
        super().clean()
        if self.region_id is not None and self.region.is_former:
            raise ValidationError({"region": _("Please choose a commune of today.")})

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        # Reads the models of this module.
        from cms.villages import goods_of  # noqa: PLC0415

        return super().get_context(request, *args, **kwargs) | goods_of(self)
