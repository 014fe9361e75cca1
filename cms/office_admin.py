"""What the programme office answers and looks up: enquiries, and who accepted which legal text."""

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import EditView, IndexView
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permissions import register_permission_policy

from cms.domain import enquire
from cms.models import Enquiry
from cms.written_once import OnlyMoved, ReadOnly
from marketplace.core.exceptions import Refused
from marketplace.core.private_files import private_answer
from marketplace.legal.models import Acceptance

register_permission_policy(Enquiry, OnlyMoved(Enquiry))
register_permission_policy(Acceptance, ReadOnly(Acceptance))


MESSAGE = ("reference", "topic", "received_at", "due_on", "order_number", "about", "text")
SENDER = ("name", "email", "phone", "language")


class EnquiryForm(WagtailAdminModelForm):
    """Where the work on an enquiry stands, with a note for the office and the answer for the sender."""

    note = forms.CharField(
        label=_("Note"),
        max_length=500,
        required=False,
        help_text=_("For the office only; it stays in the history."),
    )

    def clean(self):
        cleaned = super().clean()
        is_answered = cleaned.get("state") == Enquiry.State.ANSWERED
        if is_answered and self.instance.email and not cleaned.get("answer", "").strip():
            raise ValidationError({"answer": str(enquire.AnswerMissing())})
        return cleaned


class LateColumn(Column):
    """Says that an enquiry is late; nothing where it is not."""

    def get_value(self, instance: Enquiry) -> str:
        return str(_("Overdue")) if instance.is_overdue else ""


class EnquiryList(IndexView):
    def get_base_queryset(self) -> QuerySet:
        return super().get_base_queryset().defer("text", "answer")


class WorkOnEnquiry(EditView):
    """Saving is an act of the domain: it writes the history and sends the answer."""

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except Refused as error:
            form.add_error(None, str(error))
            self.produced_error_message = str(error)
            return self.form_invalid(form)

    def save_instance(self) -> Enquiry:
        cleaned = self.form.cleaned_data
        return enquire.move(
            self.object,
            cleaned["state"],
            actor=self.request.user,
            note=cleaned["note"],
            answer=cleaned["answer"],
        )


@require_safe
def file_of_enquiry(request: HttpRequest, pk: int) -> FileResponse:
    """What the sender sent with the enquiry, for whoever reads enquiries."""
    if not request.user.has_perm("cms.view_enquiry"):
        raise PermissionDenied
    enquiry = get_object_or_404(Enquiry.objects.exclude(file=""), pk=pk)
    return private_answer(enquiry.file.name, enquiry.file_type)


class EnquiryViewSet(ModelViewSet):
    model = Enquiry
    index_view_class = EnquiryList
    edit_view_class = WorkOnEnquiry
    name = "enquiries"
    url_prefix = "thu-cua-ban-doc"
    icon = "mail"
    menu_label = _("Enquiries")
    list_display = [
        "reference",
        "topic",
        "name",
        "state",
        "due_on",
        LateColumn("is_overdue", label=_("Deadline")),
        "received_at",
    ]
    list_filter = ["state", "topic"]
    search_fields = ["reference", "name", "email", "phone", "order_number"]
    search_backend_name = None
    copy_view_enabled = False
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [FieldPanel(name, read_only=True) for name in MESSAGE],
                heading=_("Message"),
            ),
            MultiFieldPanel(
                [FieldPanel(name, read_only=True) for name in SENDER],
                heading=_("Sender"),
            ),
            MultiFieldPanel(
                [FieldPanel("state"), FieldPanel("answer"), FieldPanel("note")], heading=_("Work on it")
            ),
            HelpPanel(template="cms/contact/file_panel.html", heading=_("File")),
            HelpPanel(template="cms/contact/history_panel.html", heading=_("History")),
        ],
        base_form_class=EnquiryForm,
    )

    def get_urlpatterns(self) -> list[URLPattern]:
        return [*super().get_urlpatterns(), path("tep/<int:pk>/", file_of_enquiry, name="file")]


class AcceptanceList(IndexView):
    def get_base_queryset(self) -> QuerySet:
        return super().get_base_queryset().select_related("version", "user")


class AcceptanceViewSet(ModelViewSet):
    model = Acceptance
    index_view_class = AcceptanceList
    name = "acceptances"
    url_prefix = "dong-y-van-ban"
    icon = "tick"
    menu_label = _("Accepted texts")
    list_display = ["accepted_at", "version", "way", "order_number", "email", "language"]
    list_export = ["accepted_at", "version", "way", "order_number", "email", "language"]
    list_filter = ["way", "version__kind", "version__edition"]
    search_fields = ["order_number", "email"]
    search_backend_name = None
    copy_view_enabled = False
    inspect_view_enabled = True
    form_fields = []


class OfficeGroup(ViewSetGroup):
    menu_label = _("Office")
    menu_icon = "mail"
    menu_name = "office"
    items = (EnquiryViewSet, AcceptanceViewSet)
