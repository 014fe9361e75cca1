"""The register of points of sale, as the programme office keeps it."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import EditView, IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import AdminDateInput
from wagtail.permissions import register_permission_policy

from cms.choosers import region_chooser
from cms.written_once import NeverRemoved
from marketplace.core.exceptions import Refused
from marketplace.core.fields import PhoneField, TextField
from marketplace.regions.models import Region
from producers.domain import points
from producers.models import PointOfSale

register_permission_policy(PointOfSale, NeverRemoved(PointOfSale))

SELLER = ("name", "region", "recorded_region", "phone", "summary", "source_url")
"""Fields of the point that are kept with its seller."""


class PointForm(WagtailAdminModelForm):
    """A point with what its seller keeps; closing and opening again are acts beside the other changes."""

    name = TextField(label=_("Name"), max_length=128)
    region = forms.ModelChoiceField(
        Region.objects.current(), label=_("Place now"), widget=region_chooser.widget_class
    )
    recorded_region = forms.ModelChoiceField(
        Region.objects.all(),
        label=_("Place as recorded"),
        required=False,
        widget=region_chooser.widget_class,
        help_text=_("If the source names a unit that is no more."),
    )
    phone = PhoneField(label=_("Phone"), required=False)
    summary = forms.CharField(
        label=_("Introduction"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    source_url = forms.URLField(label=_("Source"), required=False, max_length=500, assume_scheme="https")
    close_on = forms.DateField(
        label=_("Closes after"),
        required=False,
        widget=AdminDateInput,
        help_text=_("The last day on which it is open, today or later. Its page stays and says so."),
    )
    close_because = TextField(
        label=_("Closes because"), required=False, max_length=300, help_text=_("For the register only.")
    )
    open_again = forms.BooleanField(label=_("Open it again"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for name in SELLER:
                self.fields[name].initial = getattr(self.instance.seller, name)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("close_on") and not cleaned.get("close_because"):
            raise ValidationError({"close_because": _("Please say why it closes: the register keeps it.")})
        if cleaned.get("close_on") and cleaned.get("open_again"):
            raise ValidationError({"open_again": _("Either it closes or it opens again.")})
        return cleaned

    @property
    def seller(self) -> dict[str, object]:
        return {name: self.cleaned_data[name] for name in SELLER}

    def save(self, commit=True):
        """Raises `Refused` where the point has moved on meanwhile."""
        is_new = self.instance.pk is None
        point = super().save(commit=False)
        if not commit:
            return point
        self._set_precision(point)
        if is_new:
            points.register(point, self.seller, actor=self.for_user)
        else:
            points.change(point, self.seller, actor=self.for_user)
        for formset in self.formsets.values():
            formset.instance = point
            formset.save()
        self._move(point)
        return point

    def _set_precision(self, point: PointOfSale) -> None:
        """A position that was typed is exact."""
        if {"latitude", "longitude"} & set(self.changed_data):
            point.is_approximate = False

    def _move(self, point: PointOfSale) -> None:
        if on := self.cleaned_data.get("close_on"):
            points.close(point, on=on, reason=self.cleaned_data["close_because"], actor=self.for_user)
        if self.cleaned_data.get("open_again"):
            points.reopen(point, actor=self.for_user)


class PointList(IndexView):
    def get_base_queryset(self) -> QuerySet:
        return super().get_base_queryset().select_related("seller__region__parent")


class EditPoint(EditView):
    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            self.produced_error_message = str(refusal)
            return self.form_invalid(form)


class StateColumn(Column):
    """Open, suspended or closed, with the last day that has passed counted."""

    def get_value(self, instance: PointOfSale) -> str:
        return str(_("Closed")) if instance.is_over else instance.seller.get_state_display()


class PointViewSet(ModelViewSet):
    model = PointOfSale
    index_view_class = PointList
    edit_view_class = EditPoint
    name = "points-of-sale"
    url_prefix = "diem-ban"
    icon = "site"
    menu_label = _("Points of sale")
    add_to_admin_menu = True
    add_to_reference_index = False
    list_display = [
        "name",
        "kind",
        Column("place", label=_("Place now")),
        StateColumn("state", label=_("State")),
        "last_day",
    ]
    list_filter = ["kind", "seller__state"]
    ordering = ["seller__name", "pk"]
    search_fields = ["seller__name", "folded"]
    search_backend_name = None
    copy_view_enabled = False
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [FieldPanel("name"), FieldPanel("kind"), FieldPanel("operator"), FieldPanel("summary")],
                _("Point of sale"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("address"),
                    FieldPanel("region"),
                    FieldPanel("recorded_region"),
                    FieldRowPanel([FieldPanel("latitude"), FieldPanel("longitude")]),
                    FieldPanel("phone"),
                ],
                _("Place"),
            ),
            InlinePanel("hours", heading=_("Opening hours"), label=_("Opening hours")),
            InlinePanel("exceptions", heading=_("Days with other hours"), label=_("Days with other hours")),
            InlinePanel("pictures", heading=_("Pictures"), label=_("Picture"), max_num=8),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("opened_on"), FieldPanel("opened_year")]),
                    FieldPanel("decision"),
                    FieldPanel("source_url"),
                ],
                _("Register"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("close_on"), FieldPanel("close_because")]),
                    FieldPanel("open_again"),
                ],
                _("Closing"),
            ),
        ],
        base_form_class=PointForm,
    )
