"""Becoming a seller: an application, written step by step and saved after each."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.core.exceptions import Refused
from marketplace.core.private_files import private_answer
from marketplace.core.text import nfc
from marketplace.desks.producer.application_forms import FORMS, PapersForm, StepForm
from marketplace.desks.producer.links import links_of
from marketplace.legal.models import Kind, Version
from producers.domain import applications
from producers.models import ApplicationPaper, Partner, SellerApplication

UNPROCESSABLE = 422
ADD = "add"

State = SellerApplication.State
STATE_KINDS = {State.SENT: "new", State.ASKED: "warn", State.APPROVED: "ok"}


@dataclass(frozen=True)
class Step:
    """A step as the page shows it; ``slug`` stands in its address."""

    code: str
    slug: str
    title: Promise


STEPS = (
    Step("kind", "loai", gettext_lazy("Who sells")),
    Step("identity", "danh-tinh", gettext_lazy("Name and code")),
    Step("contact", "lien-he", gettext_lazy("Contact and address")),
    Step("point", "diem-ban", gettext_lazy("The point of sale")),
    Step("bank", "tai-khoan", gettext_lazy("Bank account")),
    Step("papers", "giay-to", gettext_lazy("Food-safety papers")),
    Step("terms", "gui", gettext_lazy("Terms, send")),
)


@require_safe
@login_required
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """One's applications, and how to begin one; ``stall`` in the address names a stall that one claims."""
    found = SellerApplication.objects.visible_to(request.user).select_related("seller", "claims")
    context = {
        **links_of(request.user),
        "rows": [{"application": each, "kind": STATE_KINDS.get(each.state, "")} for each in found],
        "claims": _claimed(request.GET.get("stall", "")),
    }
    return render(request, "desks/producer/applications.html", context)


@require_POST
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Begin a draft."""
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("producer_desk:applications"))
    try:
        begun = applications.begin(request.user, claims=_claimed(request.POST.get("stall", "")))
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect("producer_desk:applications")
    return redirect("producer_desk:application-step", pk=begun.pk, step=STEPS[0].slug)


@require_safe
@login_required
@never_cache
def application(request: HttpRequest, pk: int) -> HttpResponse:
    """Where an application stands, and what was said about it."""
    found = _own(request, pk)
    context = {
        **_frame(request, found),
        "kind": STATE_KINDS.get(found.state, ""),
        "history": list(found.steps.select_related("actor")),
        "said": found.steps.filter(state__in=(State.ASKED, State.REFUSED)).last(),
    }
    return render(request, "desks/producer/application.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """One step: what was answered is kept, then the next one is asked for; the last one sends."""
    found = _own(request, pk)
    if not found.is_writable:
        return redirect("producer_desk:application", pk=pk)
    shown = next((each for each in _steps_of(found) if each.slug == step), None)
    if shown is None:
        raise Http404
    form = FORMS[shown.code](request.POST or None, request.FILES or None, application=found)
    if request.method == "POST" and form.is_valid():
        try:
            return _kept(request, found, shown, form)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return _page(request, found, shown, form)


@require_safe
@login_required
@never_cache
def paper(request: HttpRequest, pk: int, paper: int) -> HttpResponse:
    """A paper of one's application, as it was sent."""
    found = get_object_or_404(ApplicationPaper, pk=paper, application=_own(request, pk))
    return private_answer(found.file.name, found.file_type)


@require_POST
@never_cache
def drop_paper(request: HttpRequest, pk: int, paper: int) -> HttpResponse:
    """Take a paper out again."""
    page = reverse("producer_desk:application-step", args=[pk, "giay-to"])
    if not request.user.is_authenticated:
        return redirect_to_login(page)
    found = get_object_or_404(ApplicationPaper, pk=paper, application=_own(request, pk))
    try:
        applications.remove_paper(found)
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("The paper is taken out."))
    return redirect(page)


@require_POST
@never_cache
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a draft again of what waits for the office."""
    page = reverse("producer_desk:application", args=[pk])
    if not request.user.is_authenticated:
        return redirect_to_login(page)
    try:
        applications.take_back(_own(request, pk), actor=request.user)
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("The application is a draft again."))
    return redirect(page)


def _kept(request: HttpRequest, found: SellerApplication, shown: Step, form: StepForm) -> HttpResponse:
    if shown.code == "terms":
        return _sent(request, found, form)
    if isinstance(form, PapersForm) and form.paper():
        applications.add_paper(found, **form.paper())
        messages.success(request, _("The paper is kept."))
    applications.write(found, shown.code, form.answers())
    if request.POST.get("act") == ADD:
        return redirect("producer_desk:application-step", pk=found.pk, step=shown.slug)
    steps = _steps_of(found)
    following = steps[steps.index(shown) + 1]
    return redirect("producer_desk:application-step", pk=found.pk, step=following.slug)


def _sent(request: HttpRequest, found: SellerApplication, form: StepForm) -> HttpResponse:
    edition = Version.objects.edition_in_force(Kind.SELLING)
    if form.cleaned_data["edition"] != edition:
        raise Refused(_("The terms have a new edition. Please read it and agree once more."))
    answer = nfc(form.cleaned_data["answer"])
    applications.send(found, actor=request.user, terms_edition=edition, answer=answer)
    messages.success(request, _("Sent. The office reads your application and answers you by mail."))
    return redirect("producer_desk:application", pk=found.pk)


def _page(request: HttpRequest, found: SellerApplication, shown: Step, form: StepForm) -> HttpResponse:
    edition = Version.objects.edition_in_force(Kind.SELLING) if shown.code == "terms" else ""
    if edition:
        form.initial["edition"] = edition
    if form.is_bound and any(isinstance(each, UploadedFile) for each in form.files.values()):
        # A browser does not send a file a second time by itself.
        messages.info(request, _("Please choose the file once more."))
    context = {
        **_frame(request, found),
        "step": shown,
        "form": form,
        "papers": list(found.papers.all()) if shown.code == "papers" else [],
        "edition": edition,
        "missing": [each for each in STEPS if each.code in applications.missing_steps(found)],
        "is_household": found.legal_form in (Partner.LegalForm.HOUSEHOLD, Partner.LegalForm.OTHER),
        "add": ADD,
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "desks/producer/application_step.html", context, status=status)


def _frame(request: HttpRequest, found: SellerApplication) -> dict:
    missing = applications.missing_steps(found)
    steps = [
        {"step": each, "is_done": each.code != "terms" and each.code not in missing}
        for each in _steps_of(found)
    ]
    next_step = next(each["step"] for each in steps if not each["is_done"])
    return {**links_of(request.user), "application": found, "steps": steps, "next_step": next_step}


def _steps_of(found: SellerApplication) -> list[Step]:
    codes = applications.steps_of(found)
    return [each for each in STEPS if each.code in codes]


def _own(request: HttpRequest, pk: int) -> SellerApplication:
    mine = SellerApplication.objects.visible_to(request.user)
    return get_object_or_404(
        mine.select_related("region__parent", "point_region__parent", "applicant", "claims", "seller"), pk=pk
    )


def _claimed(slug: str) -> Partner | None:
    # No stall has the character that PostgreSQL takes in no text.
    named = slug.replace("\0", "")
    return applications.claimable().filter(slug=named).first() if named else None
