"""Where editors write newsletters and send them, and see who gets them."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic import DeleteView, EditView, IndexView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button
from wagtail.permissions import register_permission_policy

from cms.domain import issues
from cms.models import Issue
from cms.written_once import OnlyRemoved
from marketplace.core.exceptions import Refused
from marketplace.notifications.models import Subscription

register_permission_policy(Subscription, OnlyRemoved(Subscription))


class IssueList(IndexView):
    """A draft leads to its words, one that was sent to how far it got."""

    def get_edit_url(self, instance: Issue) -> str | None:
        return super().get_edit_url(instance) if instance.is_draft else send_url(instance)

    def get_delete_url(self, instance: Issue) -> str | None:
        return super().get_delete_url(instance) if instance.is_draft else None


class _Drafts:
    """What goes out or went out is neither changed nor removed."""

    def get_queryset(self) -> QuerySet:
        return Issue.objects.filter(state=Issue.State.DRAFT)


class EditIssue(_Drafts, EditView):
    @cached_property
    def header_more_buttons(self) -> list[Button]:
        send = Button(_("Send or try out"), url=send_url(self.object), icon_name="mail", priority=5)
        return [*super().header_more_buttons, send]


class DeleteIssue(_Drafts, DeleteView):
    def get_object(self, queryset=None) -> Issue:
        return get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])


class SendIssue(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """A sample for the editor alone, the one button that sends to everybody, and then how far it got."""

    model = Issue
    permission_required = "send"
    page_title = _("Send")
    template_name = "cms/newsletter/send.html"
    header_icon = "mail"

    def setup(self, request: HttpRequest, *args, pk: int, **kwargs) -> None:
        super().setup(request, *args, **kwargs)
        self.issue = get_object_or_404(Issue, pk=pk)

    def get_page_subtitle(self) -> str:
        return self.issue.subject

    def get_breadcrumbs_items(self) -> list[dict]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("issues:index"), "label": Issue._meta.verbose_name_plural},
            {"url": "", "label": self.page_title, "sublabel": self.issue.subject},
        ]

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if "sample" in request.POST:
            issues.send_samples(self.issue, actor=request.user)
            messages.success(request, _now("A sample in each language goes to your own address."))
            return redirect(send_url(self.issue))
        try:
            issues.start(self.issue, actor=request.user)
        except Refused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _now("The newsletter is on its way."))
        return redirect(send_url(self.issue))

    def get_context_data(self, **kwargs) -> dict:
        confirmed = Subscription.objects.filter(state=Subscription.State.CONFIRMED).count()
        return super().get_context_data(**kwargs) | {
            "issue": self.issue,
            "confirmed": confirmed,
            "progress": issues.progress(self.issue),
            "edit_url": reverse("issues:edit", args=[self.issue.pk]),
        }


class IssueViewSet(ModelViewSet):
    model = Issue
    index_view_class = IssueList
    edit_view_class = EditIssue
    delete_view_class = DeleteIssue
    name = "issues"
    url_prefix = "ban-tin"
    icon = "mail"
    menu_label = _("Newsletters")
    list_display = ["subject", "state", "made_at", "started_at", "finished_at"]
    list_filter = ["state"]
    search_fields = ["subject", "subject_en"]
    search_backend_name = None

    def get_urlpatterns(self) -> list:
        send = path("send/<int:pk>/", self.construct_view(SendIssue), name="send")
        return [*super().get_urlpatterns(), send]


class SubscriptionViewSet(ModelViewSet):
    model = Subscription
    name = "subscriptions"
    url_prefix = "nguoi-nhan-tin"
    icon = "group"
    menu_label = _("Readers of the newsletter")
    list_display = ["email", "state", "language", "way", "asked_at", "confirmed_at", "ended_at"]
    list_filter = ["state", "language", "way"]
    search_fields = ["email"]
    search_backend_name = None
    copy_view_enabled = False
    form_fields = []


class NewsletterGroup(ViewSetGroup):
    menu_label = _("Newsletter")
    menu_icon = "mail"
    menu_name = "newsletter"
    items = (IssueViewSet, SubscriptionViewSet)


def send_url(issue: Issue) -> str:
    return reverse("issues:send", args=[issue.pk])
