"""The office's desk: buyers' reviews, hiding one with a reason and showing it again."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from marketplace.core.exceptions import Refused
from marketplace.core.text import nfc
from marketplace.desks.office.access import for_office
from marketplace.reviews.domain import reviewing
from marketplace.reviews.models import Review

REVIEWS_PER_PAGE = 30
UNPROCESSABLE = 422
HIDE, SHOW = "hide", "show"
HIDDEN = "hidden"


class MoveForm(forms.Form):
    """Hiding a review or showing it again; who hides says why."""

    act = forms.ChoiceField(choices=[(HIDE, HIDE), (SHOW, SHOW)], widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("Buyer and seller read it."),
    )

    def clean_reason(self) -> str:
        return nfc(self.cleaned_data["reason"])


@require_safe
@never_cache
@for_office
def index(request: HttpRequest) -> HttpResponse:
    """All reviews, the newest first; or those that are hidden."""
    is_hidden = request.GET.get("state") == HIDDEN
    reviews = Review.objects.select_related("product", "seller").newest_first()
    if is_hidden:
        reviews = reviews.filter(is_hidden=True)
    page = Paginator(reviews, REVIEWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "is_hidden": is_hidden, "hidden": HIDDEN}
    return render(request, "desks/office/reviews.html", context)


@require_safe
@never_cache
@for_office
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One review with its history and the form to hide or show it."""
    return _page(request, _review(pk), MoveForm())


@require_POST
@never_cache
@for_office
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Hide a review or show it again; a second click, or a colleague who was faster, is told."""
    review = _review(pk)
    form = MoveForm(request.POST)
    if not form.is_valid():
        return _page(request, review, form, status=UNPROCESSABLE)
    act, reason = form.cleaned_data["act"], form.cleaned_data["reason"]
    try:
        (reviewing.hide if act == HIDE else reviewing.show)(review, actor=request.user, reason=reason)
    except Refused as refusal:
        form.add_error("reason", str(refusal))
        return _page(request, review, form, status=UNPROCESSABLE)
    words = _("The review is hidden.") if act == HIDE else _("The review is shown again.")
    messages.success(request, words)
    return redirect("office_desk:review", pk=pk)


def _review(pk: int) -> Review:
    return get_object_or_404(Review.objects.select_related("product", "seller", "line__seller_order"), pk=pk)


def _page(request: HttpRequest, review: Review, form: MoveForm, status: int = 200) -> HttpResponse:
    context = {
        "review": review,
        "form": form,
        "history": list(review.steps.select_related("actor")),
        "act": SHOW if review.is_hidden else HIDE,
    }
    return render(request, "desks/office/review.html", context, status=status)
