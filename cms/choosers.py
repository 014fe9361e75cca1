"""Windows in which editors choose the shop's own things for the blocks of their pages."""

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.chooser import ChooseResultsView, ChooseView
from wagtail.admin.viewsets.chooser import ChooserViewSet

from catalog.models import Product
from marketplace.core.text import fold
from marketplace.events.models import Event
from marketplace.regions.models import Region
from producers.models import Partner, Story
from search.names import called, patterns
from storefront.story_cards import listed_stories


class FilterForm(BaseFilterForm):
    """Finds by the beginnings of words, with or without marks, in a folded column."""

    q = forms.CharField(label=_("Search term"), required=False)
    folded = "folded"

    def filter(self, objects: QuerySet) -> QuerySet:
        self.search_query = self.cleaned_data.get("q", "")
        wanted = patterns(self.search_query)
        self.is_searching = bool(wanted)
        return self.find(objects, wanted.values()) if wanted else objects

    def find(self, objects: QuerySet, wanted) -> QuerySet:
        return called(objects, self.folded, wanted)


class StallForm(FilterForm):
    folded = "folded_name"


class RegionForm(FilterForm):
    def find(self, objects: QuerySet, wanted) -> QuerySet:
        return objects.matching(self.search_query)


class StoryForm(FilterForm):
    """By title, seller and product together, which no column holds; they are few enough to fold them here."""

    def find(self, objects: QuerySet, wanted) -> QuerySet:
        words = fold(self.search_query).split()
        rows = objects.values_list("pk", "title", "seller__name", "product__title")
        found = [pk for pk, *texts in rows if _has_all(words, fold(" ".join(filter(None, texts))))]
        return objects.filter(pk__in=found)


def _has_all(words: list[str], text: str) -> bool:
    return all(f" {word}" in f" {text}" for word in words)


class _WithPlace:
    """A second column, named by the chooser, that tells things of the same name apart."""

    beside: Column | None = None

    @property
    def columns(self) -> list[Column]:
        return [*super().columns, self.beside]


class Choose(_WithPlace, ChooseView):
    pass


class ChooseResults(_WithPlace, ChooseResultsView):
    pass


class OwnChooser(ChooserViewSet):
    """A chooser of things of the shop, found by `form`, in an order, with a column `beside` the name."""

    choose_view_class = Choose
    choose_results_view_class = ChooseResults
    form: type[FilterForm] = FilterForm
    ordering: list[str]
    beside: Column

    def get_common_view_kwargs(self, **options) -> dict:
        own = {"filter_form_class": self.form, "ordering": self.ordering, "beside": self.beside}
        return super().get_common_view_kwargs(**own, **options)


class ProductChooser(OwnChooser):
    """Only what the shop lists can be chosen."""

    model = Product
    icon = "tag"
    choose_one_text = _("Choose a product")
    choose_another_text = _("Choose another product")
    ordering = ["title", "pk"]
    beside = Column("producer", label=_("Seller"))

    def get_object_list(self) -> QuerySet:
        return Product.objects.listed().select_related("producer")


class StallChooser(OwnChooser):
    model = Partner
    icon = "group"
    choose_one_text = _("Choose a stall")
    choose_another_text = _("Choose another stall")
    form = StallForm
    ordering = ["name", "pk"]
    beside = Column("region", label=_("Place"))

    def get_object_list(self) -> QuerySet:
        return Partner.objects.public().select_related("region__parent")


class StoryChooser(OwnChooser):
    model = Story
    icon = "openquote"
    choose_one_text = _("Choose a story")
    choose_another_text = _("Choose another story")
    form = StoryForm
    ordering = ["title", "pk"]
    beside = Column("seller", label=_("Seller"))

    def get_object_list(self) -> QuerySet:
        return listed_stories().select_related("seller")


class EventChooser(OwnChooser):
    model = Event
    icon = "date"
    choose_one_text = _("Choose an event")
    choose_another_text = _("Choose another event")
    ordering = ["-starts_on", "-pk"]
    beside = Column("starts_on", label=_("First day"))

    def get_object_list(self) -> QuerySet:
        return Event.objects.public()


class RegionChooser(OwnChooser):
    model = Region
    icon = "site"
    choose_one_text = _("Choose a place")
    choose_another_text = _("Choose another place")
    form = RegionForm
    ordering = ["is_former", "name", "pk"]
    beside = Column("label", label=_("Where"))

    def get_object_list(self) -> QuerySet:
        return Region.objects.labelled()


product_chooser = ProductChooser("product_chooser", url_prefix="chon-san-pham")
stall_chooser = StallChooser("stall_chooser", url_prefix="chon-gian-hang")
story_chooser = StoryChooser("story_chooser", url_prefix="chon-cau-chuyen")
event_chooser = EventChooser("event_chooser", url_prefix="chon-su-kien")
region_chooser = RegionChooser("region_chooser", url_prefix="chon-noi")

CHOOSERS = (product_chooser, stall_chooser, story_chooser, event_chooser, region_chooser)
