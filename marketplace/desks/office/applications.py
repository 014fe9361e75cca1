"""The office's desk: applications of sellers, read and decided."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.core.exceptions import Refused
from marketplace.core.private_files import private_answer
from marketplace.core.text import nfc
from marketplace.desks.office.access import for_office
from producers.domain import applications
from producers.models import ApplicationPaper, Partner, SellerApplication

PER_PAGE = 30
UNPROCESSABLE = 422
NEW = "new"

State = SellerApplication.State
STATE_KINDS = {State.SENT: "new", State.ASKED: "warn", State.APPROVED: "ok"}
TABS = {
    "waiting": (pgettext_lazy("office desk", "Waiting"), State.SENT),
    "asked": (gettext_lazy("Asked for more"), State.ASKED),
    "approved": (gettext_lazy("Approved"), State.APPROVED),
    "refused": (gettext_lazy("Refused"), State.REFUSED),
}


class DecisionForm(forms.Form):
    """What the office decides; ``stall`` is a new one, or one of those that are here already."""

    ACTS = ("approve", "ask", "refuse")

    act = forms.ChoiceField(choices=[(act, act) for act in ACTS])
    stall = forms.ChoiceField(label=gettext_lazy("Which stall"), widget=forms.RadioSelect, required=False)
    note = forms.CharField(
        label=gettext_lazy("Message to the applicant"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("Needed to ask for more and to refuse."),
    )

    def __init__(self, *args, candidates: list[Partner], claims_id: int | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.candidates = {str(each.pk): each for each in candidates}
        self.fields["stall"].choices = [
            (NEW, _("A new one")),
            *((pk, _candidate_words(each)) for pk, each in self.candidates.items()),
        ]
        self.fields["stall"].initial = str(claims_id) if str(claims_id) in self.candidates else NEW

    def clean(self) -> dict:
        cleaned = super().clean()
        cleaned["note"] = nfc(cleaned.get("note", ""))
        if cleaned.get("act") in ("ask", "refuse") and not cleaned["note"] and "note" not in self.errors:
            words = _("Please say why: the applicant will read it.")
            self.add_error("note", forms.ValidationError(words, code="required"))
        return cleaned

    @property
    def existing(self) -> Partner | None:
        return self.candidates.get(self.cleaned_data["stall"])


@require_safe
@never_cache
@for_office
def index(request: HttpRequest) -> HttpResponse:
    """Applications by state, the longest waiting first."""
    chosen = request.GET.get("state") if request.GET.get("state") in TABS else "waiting"
    counts = dict(SellerApplication.objects.order_by().values_list("state").annotate(Count("pk")))
    state = TABS[chosen][1]
    order = ("sent_at", "pk") if state == State.SENT else ("-decided_at", "-pk")
    found = SellerApplication.objects.filter(state=state).select_related("region__parent").order_by(*order)
    context = {
        "tabs": [(code, label, counts.get(each, 0)) for code, (label, each) in TABS.items()],
        "chosen": chosen,
        "kind": STATE_KINDS.get(state, ""),
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "desks/office/applications.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@for_office
def application(request: HttpRequest, pk: int) -> HttpResponse:
    """One application with its papers; a post decides."""
    people = ("region__parent", "point_region__parent", "applicant", "claims", "seller")
    found = get_object_or_404(SellerApplication.objects.sent().select_related(*people), pk=pk)
    is_waiting = found.state == State.SENT
    form = None
    if is_waiting:
        candidates = list(applications.candidates(found))
        form = DecisionForm(request.POST or None, candidates=candidates, claims_id=found.claims_id)
    if request.method == "POST":
        if form is None:
            messages.warning(request, str(applications.ApplicationMoved()))
            return redirect("office_desk:application", pk=pk)
        if form.is_valid():
            try:
                return _decided(request, found, form)
            except Refused as refusal:
                form.add_error(None, str(refusal))
    context = {
        "application": found,
        "kind": STATE_KINDS.get(found.state, ""),
        "papers": list(found.papers.all()),
        "history": list(found.steps.select_related("actor")),
        "form": form,
    }
    status = UNPROCESSABLE if form is not None and form.errors else 200
    return render(request, "desks/office/application.html", context, status=status)


@require_safe
@never_cache
@for_office
def paper(request: HttpRequest, pk: int, paper: int) -> HttpResponse:
    """A paper as the applicant sent it."""
    sent = ApplicationPaper.objects.exclude(application__sent_at=None)
    found = get_object_or_404(sent, pk=paper, application=pk)
    return private_answer(found.file.name, found.file_type)


def _decided(request: HttpRequest, found: SellerApplication, form: DecisionForm) -> HttpResponse:
    act, note = form.cleaned_data["act"], form.cleaned_data["note"]
    if act == "approve":
        seller = applications.approve(found, actor=request.user, existing=form.existing, note=note)
        words = _("“%(name)s” is approved; the applicant runs it now.") % {"name": seller.name}
    elif act == "ask":
        applications.ask(found, actor=request.user, note=note)
        words = _("The applicant is asked for more.")
    else:
        applications.refuse(found, actor=request.user, note=note)
        words = _("The application is refused.")
    messages.success(request, words)
    return redirect("office_desk:applications")


def _candidate_words(seller: Partner) -> str:
    place = seller.region.label if seller.region is not None else _("place not known")
    return f"{seller.name} ({place})"
