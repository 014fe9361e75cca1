"""The producer's desk: what buyers wrote of the goods of one's own stalls, and answering it."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.core.roles import Right
from marketplace.core.text import nfc_lines
from marketplace.desks.producer.links import links_of
from marketplace.desks.producer.stalls import stalls_with
from marketplace.reviews.domain import reviewing
from marketplace.reviews.models import Review

REVIEWS_PER_PAGE = 20
LONGEST = 2000
UNPROCESSABLE = 422
OPEN = "open"


class AnswerForm(forms.Form):
    """The seller's one answer to a review."""

    answer = forms.CharField(
        label=gettext_lazy("Your answer"),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 5}),
        help_text=gettext_lazy("Everybody reads it under the review. You can change it later."),
    )

    def clean_answer(self) -> str:
        return nfc_lines(self.cleaned_data["answer"])


@require_safe
@login_required
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """Reviews of the stalls in whose team this person answers, the newest first; or those without answer."""
    stalls = stalls_with(request.user, Right.ANSWER_REVIEWS)
    reviews = Review.objects.visible_to(request.user).select_related("product", "seller").newest_first()
    waiting = reviews.shown().filter(answered_at=None)
    is_open = request.GET.get("state") == OPEN
    page = Paginator(waiting if is_open else reviews, REVIEWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **links_of(request.user),
        "stall": stalls[0] if len(stalls) == 1 else None,
        "several": len(stalls) > 1,
        "page": page,
        "is_open": is_open,
        "waiting": waiting.count(),
        "open": OPEN,
    }
    return render(request, "desks/producer/reviews.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One review with its history and the form of the answer."""
    review = _review(request.user, pk)
    if request.method != "POST":
        return _page(request, review, AnswerForm(initial={"answer": review.answer}))
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, review, form, status=UNPROCESSABLE)
    try:
        reviewing.answer(review, actor=request.user, text=form.cleaned_data["answer"])
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, review, form, status=UNPROCESSABLE)
    messages.success(request, _("Your answer stands under the review."))
    return redirect("producer_desk:reviews")


def _page(request: HttpRequest, review: Review, form: AnswerForm, status: int = 200) -> HttpResponse:
    context = {
        **links_of(request.user),
        "stall": review.seller,
        "review": review,
        "form": form,
        "history": list(review.steps.select_related("actor")),
    }
    return render(request, "desks/producer/review.html", context, status=status)


def _review(user: User, pk: int) -> Review:
    """A review that this person may answer; 403 for a team member without that right, else 404."""
    reviews = Review.objects.filter(pk=pk).select_related("product", "seller", "line__seller_order")
    found = reviews.visible_to(user).first()
    if found is not None:
        return found
    if reviews.filter(seller__team__user=user).exists():
        raise PermissionDenied
    raise Http404
