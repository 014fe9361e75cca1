"""The office's desk: take-downs of listings and suspensions of stalls, with what the law makes due."""

import datetime
from dataclasses import dataclass
from types import ModuleType

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.domain import takedowns
from catalog.models import Product, TakeDown
from marketplace.core import clock
from marketplace.core.exceptions import Refused
from marketplace.core.fields import TextField
from marketplace.core.keys import key_of
from marketplace.core.text import fold, nfc
from marketplace.desks.office.access import for_office
from producers.domain import suspensions
from producers.domain.duties import duty
from producers.models import Partner, Suspension
from producers.models.measures import Measure

UNPROCESSABLE = 422
MOST_FOUND = 20
MOST_ROWS = 100
NOW = "now"


@dataclass(frozen=True)
class Kind:
    """A kind of measure: its model and acts, and what it is taken against."""

    code: str
    title: Promise
    model: type[Measure]
    acts: ModuleType
    about: str
    carried_out: Promise

    def subject_of(self, measure: Measure) -> Product | Partner:
        return getattr(measure, self.about)

    def carry_out(self, measure: Measure, actor) -> None:
        (self.acts.carry_out if self.model is TakeDown else self.acts.begin)(measure, actor=actor)


KINDS = {
    kind.code: kind
    for kind in (
        Kind(
            "go",
            gettext_lazy("Take a listing down"),
            TakeDown,
            takedowns,
            "product",
            gettext_lazy("The listing is down."),
        ),
        Kind(
            "dung",
            gettext_lazy("Suspend a stall"),
            Suspension,
            suspensions,
            "seller",
            gettext_lazy("The stall is suspended."),
        ),
    )
}


class MeasureForm(forms.Form):
    """What is ordered against one listing or stall, on whose request and why."""

    ground = forms.ChoiceField(label=gettext_lazy("Ground"), choices=Measure.Ground, widget=forms.RadioSelect)
    authority = TextField(
        label=gettext_lazy("Authority"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("Needed for a request of an authority."),
    )
    reference = TextField(
        label=gettext_lazy("Number of its letter"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("Or of the office's decision."),
    )
    received_at = forms.DateTimeField(
        label=gettext_lazy("Request received"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason, for the seller"), max_length=500, widget=forms.Textarea({"rows": 3})
    )
    use_required_attribute = False

    def clean_received_at(self) -> datetime.datetime:
        received_at = self.cleaned_data["received_at"]
        if not clock.is_reckonable(received_at.date()):
            raise forms.ValidationError(_("Please check the year."), code="far")
        if received_at > clock.now():
            raise forms.ValidationError(_("This time is still to come."), code="future")
        return received_at

    def clean_reason(self) -> str:
        return nfc(self.cleaned_data["reason"])

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("ground") == Measure.Ground.AUTHORITY and not cleaned.get("authority"):
            words = _("Please name the authority: it stays on record.")
            self.add_error("authority", forms.ValidationError(words, code="required"))
        return cleaned


class ReasonForm(forms.Form):
    reason = TextField(label=gettext_lazy("Why it is lifted"), max_length=500)


@require_safe
@never_cache
@for_office
def index(request: HttpRequest) -> HttpResponse:
    """What is to be carried out, by when it is due; then what is in force, then the rest."""
    rows = [
        {"kind": kind, "measure": measure, "subject": kind.subject_of(measure)}
        for kind in KINDS.values()
        for measure in kind.model.objects.select_related(kind.about, "recorded_by")[:MOST_ROWS]
    ]
    order = {Measure.State.TO_DO: 0, Measure.State.IN_FORCE: 1, Measure.State.LIFTED: 2}
    rows.sort(key=lambda row: (order[row["measure"].state], _when(row["measure"])))
    return render(request, "desks/office/measures.html", {"rows": rows, "kinds": KINDS.values()})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@for_office
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Find the listing or stall, then order the measure; carried out at once, or recorded for later."""
    shown = _kind(kind)
    about = _chosen(shown, request.GET.get("about", ""))
    form = MeasureForm(request.POST or None, initial={"received_at": clock.now(), "ground": "authority"})
    if request.method == "POST" and about is not None and form.is_valid():
        try:
            return _ordered(request, shown, about, form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    text = request.GET.get("q", "")[:100]
    context = {
        "kind": shown,
        "about": about,
        "form": form,
        "text": text,
        "found": _found(shown, text) if text and about is None else [],
        "now": NOW,
        "hours": duty("take down" if shown.model is TakeDown else "suspend", clock.now()),
        "notice": duty("notice", clock.now()),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "desks/office/measure_new.html", context, status=status)


@require_POST
@never_cache
@for_office
def carry_out(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    shown = _kind(kind)
    measure = get_object_or_404(shown.model, pk=pk)
    try:
        shown.carry_out(measure, request.user)
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, shown.carried_out)
    return redirect("office_desk:measures")


@require_POST
@never_cache
@for_office
def lift(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """End a measure, or call off one that was not carried out yet."""
    shown = _kind(kind)
    measure = get_object_or_404(shown.model, pk=pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Please say why: it stays on record."))
        return redirect("office_desk:measures")
    try:
        shown.acts.lift(measure, actor=request.user, reason=form.cleaned_data["reason"])
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Lifted."))
    return redirect("office_desk:measures")


@transaction.atomic
def _ordered(request: HttpRequest, kind: Kind, about: Product | Partner, fields: dict) -> HttpResponse:
    measure = kind.acts.order(about, actor=request.user, **fields)
    is_now = request.POST.get("act") == NOW
    has_notice = kind.model is Suspension and fields["ground"] == Measure.Ground.OFFICE
    if is_now and not has_notice:
        kind.carry_out(measure, request.user)
        messages.success(request, kind.carried_out)
    elif has_notice:
        begins = measure.begins_at.astimezone(clock.HA_NOI).strftime("%H:%M %d/%m/%Y")
        messages.success(
            request, _("The seller has notice; the stall is suspended at %(at)s.") % {"at": begins}
        )
    else:
        messages.success(request, _("Recorded. It stands first in the list until it is carried out."))
    return redirect("office_desk:measures")


def _when(measure: Measure) -> float:
    """What is to be done by when it is due, the rest by what is newest."""
    if measure.state == Measure.State.TO_DO:
        return measure.due_at.timestamp()
    return -measure.recorded_at.timestamp()


def _kind(code: str) -> Kind:
    if code not in KINDS:
        raise Http404
    return KINDS[code]


def _subjects(kind: Kind):
    if kind.model is TakeDown:
        return Product.objects.filter(parent=None).select_related("producer").order_by("title", "pk")
    return Partner.objects.exclude(state=Partner.State.CLOSED).order_by("name", "pk")


def _found(kind: Kind, text: str) -> list[Product | Partner]:
    field = "folded" if kind.model is TakeDown else "folded_name"
    found = _subjects(kind)
    for word in fold(text).split():
        found = found.filter(**{f"{field}__contains": word})
    return list(found[:MOST_FOUND])


def _chosen(kind: Kind, pk: str) -> Product | Partner | None:
    if not pk:
        return None
    return get_object_or_404(_subjects(kind), pk=key_of(pk))
