"""Where the programme office plans events, decides on booths and keeps an eye on livestreams."""

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import EditView, IndexView
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permissions import register_permission_policy

from catalog.models import Product
from cms.written_once import NeverRemoved, OnlyMoved
from marketplace.core.exceptions import Refused
from marketplace.events.domain import booths, livestreams, planning
from marketplace.events.models import BoothRegistration, Event, Livestream

PUBLISH = "events.publish_event"


class DraftedByEditors(NeverRemoved):
    """Who may not publish events changes them as long as they are drafts."""

    def user_has_permission_for_instance(self, user, action, instance):
        is_out = instance.state != Event.State.DRAFT
        if action == "change" and is_out and not self.user_has_permission(user, "publish"):
            return False
        return super().user_has_permission_for_instance(user, action, instance)


register_permission_policy(Event, DraftedByEditors(Event))
register_permission_policy(BoothRegistration, OnlyMoved(BoothRegistration))
register_permission_policy(Livestream, NeverRemoved(Livestream))


class EventForm(WagtailAdminModelForm):
    """An event with its programme; what follows a change is the domain's."""

    def save(self, commit=True):
        is_new = self.instance.pk is None
        event = super().save(commit=False)
        if commit and is_new:
            event.save()
        elif commit:
            planning.save_changes(event, self.changed_data, actor=self.for_user)
        return event


class EventList(IndexView):
    def get_base_queryset(self) -> QuerySet:
        return super().get_base_queryset().defer("body", "body_en")


class EditEvent(EditView):
    def get_object(self, queryset=None):
        """Wagtail asks for the right over the model only, not for that over this event."""
        event = super().get_object(queryset)
        if not self.user_has_permission_for_instance("change", event):
            raise PermissionDenied
        return event


class EventViewSet(ModelViewSet):
    model = Event
    index_view_class = EventList
    edit_view_class = EditEvent
    name = "office-events"
    url_prefix = "lich-su-kien"
    icon = "date"
    menu_label = _("Events")
    list_display = ["title", "kind", Column("when", label=_("Date")), "state", "booths", "booths_taken"]
    list_filter = ["state", "kind", "starts_on"]
    ordering = ["-starts_on", "-pk"]
    search_fields = ["title", "title_en", "folded"]
    search_backend_name = None
    copy_view_enabled = False
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("title"),
                    FieldPanel("title_en"),
                    FieldPanel("slug"),
                    FieldPanel("kind"),
                    FieldPanel("state", permission=PUBLISH),
                    FieldPanel("cancelled_because", permission=PUBLISH),
                ],
                _("Event"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("precision"),
                    FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
                    FieldRowPanel([FieldPanel("opens_at"), FieldPanel("closes_at")]),
                ],
                _("Date"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("venue"),
                    FieldPanel("region"),
                    FieldPanel("recorded_region"),
                    FieldRowPanel([FieldPanel("latitude"), FieldPanel("longitude")]),
                    FieldPanel("organiser"),
                ],
                _("Place and organiser"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("intro"),
                    FieldPanel("intro_en"),
                    FieldPanel("body"),
                    FieldPanel("body_en"),
                    FieldPanel("picture"),
                    FieldPanel("source_url"),
                ],
                _("Texts"),
            ),
            InlinePanel("programme", heading=_("Programme"), label=_("Item of the programme")),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("booths"), FieldPanel("minimum_stars")]),
                    FieldRowPanel(
                        [FieldPanel("registration_opens_on"), FieldPanel("registration_closes_on")]
                    ),
                ],
                _("Booths"),
            ),
        ],
        base_form_class=EventForm,
    )


class _Deciding(EditView):
    """Saving is an act of the domain, which may refuse."""

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            self.produced_error_message = str(refusal)
            return self.form_invalid(form)


CONFIRM, REFUSE = "confirm", "refuse"


class RegistrationForm(WagtailAdminModelForm):
    """The office's decision on a registration; a refusal says why, because the producer reads it."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[(CONFIRM, _("Confirm")), (REFUSE, _("Refuse"))],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Reason or note"), max_length=500, required=False, help_text=_("The producer reads it.")
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("decision") == REFUSE and not cleaned.get("note", "").strip():
            raise ValidationError({"note": _("Please say why: the producer will read it.")})
        return cleaned


class DecideOnRegistration(_Deciding):
    def save_instance(self) -> BoothRegistration:
        act = booths.confirm if self.form.cleaned_data["decision"] == CONFIRM else booths.refuse
        act(self.object, actor=self.request.user, note=self.form.cleaned_data["note"])
        return self.object


class RegistrationList(IndexView):
    def get_base_queryset(self) -> QuerySet:
        return super().get_base_queryset().select_related("event", "seller")


class RegistrationViewSet(ModelViewSet):
    model = BoothRegistration
    add_to_reference_index = False
    index_view_class = RegistrationList
    edit_view_class = DecideOnRegistration
    name = "booth-registrations"
    url_prefix = "dang-ky-gian"
    icon = "group"
    menu_label = _("Booth registrations")
    list_display = ["seller", "event", "state", "registered_at"]
    list_filter = ["state"]
    ordering = ["-registered_at", "-pk"]
    search_fields = ["seller__name", "seller__folded_name", "event__title", "event__folded"]
    search_backend_name = None
    copy_view_enabled = False
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel(name, read_only=True)
                    for name in (
                        "seller",
                        "event",
                        "state",
                        "products",
                        "contact_name",
                        "contact_phone",
                        "wishes",
                        "registered_at",
                    )
                ],
                _("Booth registration"),
            ),
            MultiFieldPanel([FieldPanel("decision"), FieldPanel("note")], _("Decision")),
        ],
        base_form_class=RegistrationForm,
    )


class LivestreamForm(WagtailAdminModelForm):
    """A livestream with its seller's products and, where the office must, the reason to take it down."""

    products = forms.ModelMultipleChoiceField(
        Product.objects.none(),
        label=_("Products shown"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Listed products of the seller; a new livestream is saved first."),
    )
    take_down = forms.CharField(
        label=_("Take down, because"),
        max_length=500,
        required=False,
        help_text=_("Hides it at once; its record stays. Leave empty to leave it up."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            shown = self.instance.products.all()
            own = Product.objects.listed().filter(producer=self.instance.seller_id)
            self.fields["products"].queryset = Product.objects.filter(
                Q(pk__in=own.values("pk")) | Q(pk__in=shown.values("pk"))
            ).order_by("title", "pk")
            self.fields["products"].initial = shown


class WatchLivestream(_Deciding):
    def save_instance(self) -> Livestream:
        reason = self.form.cleaned_data["take_down"].strip()
        if reason:
            livestreams.take_down(self.object, actor=self.request.user, reason=reason)
        else:
            products = list(self.form.cleaned_data["products"])
            livestreams.announce(self.form.instance, products=products, actor=self.request.user)
        return self.object


class LivestreamList(IndexView):
    def get_base_queryset(self) -> QuerySet:
        return super().get_base_queryset().select_related("seller")


class LivestreamViewSet(ModelViewSet):
    model = Livestream
    add_to_reference_index = False
    index_view_class = LivestreamList
    edit_view_class = WatchLivestream
    name = "livestreams"
    url_prefix = "truc-tiep"
    icon = "media"
    menu_label = _("Livestreams")
    list_display = ["title", "seller", "starts_at", "state"]
    list_filter = ["state"]
    ordering = ["-starts_at", "-pk"]
    search_fields = ["title", "title_en", "seller__name", "seller__folded_name"]
    search_backend_name = None
    copy_view_enabled = False
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("seller"),
                    FieldPanel("title"),
                    FieldPanel("title_en"),
                    FieldPanel("url"),
                    FieldPanel("presenter"),
                    FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
                ],
                _("Livestream"),
            ),
            FieldPanel("products"),
            FieldPanel("take_down"),
        ],
        base_form_class=LivestreamForm,
    )


class EventsGroup(ViewSetGroup):
    menu_label = _("Events")
    menu_icon = "date"
    menu_name = "events-and-booths"
    items = (EventViewSet, RegistrationViewSet, LivestreamViewSet)
