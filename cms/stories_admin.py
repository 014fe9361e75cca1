"""Where editors read the stories that wait, publish them or send them back, and take published ones down."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from catalog.models import Product
from cms.choosers import product_chooser
from marketplace.core.exceptions import Refused
from marketplace.core.roles import has_role
from producers.domain import stories
from producers.models import Story, StoryVersion
from producers.models.stories import MODERATORS

ROWS = 30


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("The writer reads it in the mail and at the desk."),
    )


class SubjectForm(forms.Form):
    """The product that an editor's story is about."""

    product = forms.ModelChoiceField(
        label=gettext_lazy("Product"),
        queryset=Product.objects.all(),
        widget=product_chooser.widget_class,
    )


class _ModeratorView(WagtailAdminTemplateMixin, View):
    header_icon = "openquote"

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not has_role(request.user, *MODERATORS):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict]:
        items = super().get_breadcrumbs_items()
        if not isinstance(self, Queue):
            items = [*items, {"url": reverse("story_queue"), "label": _("Stories")}]
        return [*items, {"url": "", "label": self.get_page_title()}]


class Queue(_ModeratorView):
    """What waits, the longest waiting first, and what is published."""

    template_name = "cms/stories/queue.html"
    page_title = gettext_lazy("Stories")

    def get(self, request: HttpRequest) -> HttpResponse:
        waiting = StoryVersion.objects.waiting().select_related("story__seller", "story__product", "author")
        published = Story.objects.filter(published_at__isnull=False).select_related("seller", "product")
        page = Paginator(published.order_by("-published_at", "-pk"), ROWS).get_page(request.GET.get("p"))
        context = {"waiting": list(waiting), "page": page}
        return self.render_to_response(self.get_context_data(**context))


class Begin(_ModeratorView):
    """An editor's own story: which product, then the desk's form."""

    template_name = "cms/stories/begin.html"
    page_title = gettext_lazy("Write a story")

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(SubjectForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SubjectForm(request.POST)
        if not form.is_valid():
            return self._show(form)
        return redirect(f"{reverse('producer_desk:story-new')}?product={form.cleaned_data['product'].pk}")

    def _show(self, form: SubjectForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form, media=form.media))


class Review(_ModeratorView):
    """One text: to be published as it is, or sent back with a reason."""

    template_name = "cms/stories/review.html"

    @cached_property
    def version(self) -> StoryVersion:
        found = StoryVersion.objects.select_related("story__seller", "story__product", "author", "decided_by")
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def get_page_title(self) -> str:
        return self.version.title

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._show(ReasonForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if request.POST.get("act") == "publish":
            return self._decide(lambda: stories.publish(self.version, actor=request.user), _("Published."))
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return self._show(form)
        reason = form.cleaned_data["reason"]
        return self._decide(
            lambda: stories.send_back(self.version, actor=request.user, reason=reason),
            _("Sent back; the writer gets a mail."),
        )

    def _decide(self, act, done: str) -> HttpResponse:
        try:
            act()
        except Refused as refusal:
            messages.warning(self.request, str(refusal))
        else:
            messages.success(self.request, done)
        return redirect("story_queue")

    def _show(self, form: ReasonForm) -> HttpResponse:
        is_waiting = self.version.state == StoryVersion.State.SENT
        earlier = self.version.story if self.version.story.is_published else None
        context = {"version": self.version, "form": form, "is_waiting": is_waiting, "earlier": earlier}
        return self.render_to_response(self.get_context_data(**context))


class TakeDown(_ModeratorView):
    """Hide a published story, with a reason for its writer."""

    template_name = "cms/stories/take_down.html"
    page_title = gettext_lazy("Take a story down")

    @cached_property
    def story(self) -> Story:
        return get_object_or_404(Story, pk=self.kwargs["pk"], published_at__isnull=False)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._show(ReasonForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return self._show(form)
        try:
            stories.take_down(self.story, actor=request.user, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, _("Taken down."))
        return redirect("story_queue")

    def _show(self, form: ReasonForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(story=self.story, form=form))


class StoriesMenuItem(MenuItem):
    """Shown to those who decide on stories."""

    def is_shown(self, request: HttpRequest) -> bool:
        return has_role(request.user, *MODERATORS)


def menu_item() -> MenuItem:
    return StoriesMenuItem(_("Stories"), reverse("story_queue"), icon_name="openquote", order=310)


urlpatterns: list[URLPattern] = [
    path("cau-chuyen/", Queue.as_view(), name="story_queue"),
    path("cau-chuyen/moi/", Begin.as_view(), name="story_begin"),
    path("cau-chuyen/<int:pk>/", Review.as_view(), name="story_review"),
    path("cau-chuyen/<int:pk>/go-xuong/", TakeDown.as_view(), name="story_take_down"),
]
