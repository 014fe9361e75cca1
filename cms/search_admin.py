"""Where the programme office edits what the search knows: pinned products and words that mean the same."""

from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import TitleColumn
from wagtail.admin.views.generic import CreateView, IndexView
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet

from search.models import Pin, SynonymList
from search.synonyms import SHIPPED


class PinList(IndexView):
    def get_base_queryset(self) -> QuerySet:
        return super().get_base_queryset().select_related("product")


class PinViewSet(ModelViewSet):
    model = Pin
    index_view_class = PinList
    name = "pins"
    url_prefix = "ghim"
    icon = "pin"
    menu_label = _("Pinned products")
    panels = [FieldPanel("words"), FieldPanel("product"), FieldPanel("place")]
    list_display = ["words", "product", "place"]
    search_fields = ["words", "folded", "product__title"]
    search_backend_name = None
    copy_view_enabled = False


class NewSynonymList(CreateView):
    """A new version of the list begins as the one in force, and knows who wrote it."""

    def get_initial_form_instance(self) -> SynonymList:
        newest = SynonymList.objects.first()
        text = newest.text if newest is not None else SHIPPED.read_text("utf-8")
        return SynonymList(text=text, edited_by=self.request.user)


class SynonymListViewSet(ModelViewSet):
    model = SynonymList
    name = "synonyms"
    url_prefix = "tu-dong-nghia"
    icon = "openquote"
    menu_label = _("Synonyms")
    form_fields = ["text"]
    add_view_class = NewSynonymList
    inspect_view_enabled = True
    inspect_view_fields = ["edited_at", "edited_by", "text"]
    copy_view_enabled = False

    @cached_property
    def list_display(self) -> list:
        edited = TitleColumn("edited_at", label=_("Edited"), url_name=self.get_url_name("inspect"))
        return [edited, "edited_by"]


class SearchGroup(ViewSetGroup):
    menu_label = _("Search")
    menu_icon = "search"
    menu_name = "search-words"
    items = (PinViewSet, SynonymListViewSet)
