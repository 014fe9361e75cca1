"""The office's desk: new listings and changed names, pictures and origins, before buyers see them."""

from dataclasses import dataclass, field

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.domain import listings
from catalog.models import ListingCheck, ProductImage
from catalog.models.products import srcset
from marketplace.core.exceptions import Refused
from marketplace.core.keys import key_of
from marketplace.core.text import nfc
from marketplace.desks.office.access import for_office
from marketplace.regions.models import Region

PER_PAGE = 30
MOST_AT_ONCE = PER_PAGE
UNPROCESSABLE = 422

LABELS = {
    "title": gettext_lazy("Name"),
    "title_en": gettext_lazy("English name"),
    "origin_statement": gettext_lazy("Statement of origin"),
    "region": gettext_lazy("Place"),
    "description": gettext_lazy("Description"),
    "ingredients": gettext_lazy("Ingredients"),
    "material": gettext_lazy("Material"),
    "storage": gettext_lazy("Storage"),
    "shelf_life": gettext_lazy("Shelf life"),
    "unit": gettext_lazy("Unit"),
    "net_content": gettext_lazy("Net content"),
    "variant": gettext_lazy("Pack"),
    "dimensions": gettext_lazy("Size"),
    "duration": gettext_lazy("Duration"),
    "dates": gettext_lazy("Dates"),
}


@dataclass
class Part:
    """One field of what was sent: as it is now, and as it shall be."""

    label: str | Promise
    after: str
    before: str = ""


@dataclass
class Picture:
    src: str
    srcset: str
    caption: str
    is_new: bool


@dataclass
class Shown:
    """A check as its page shows it."""

    check: ListingCheck
    parts: list[Part] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)

    @property
    def is_plain(self) -> bool:
        """Whether it may be approved together with others: nothing in it asks for a look of its own."""
        return not self.check.marks


class SendBackForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason, for the seller"), max_length=500, widget=forms.Textarea({"rows": 3})
    )

    def clean_reason(self) -> str:
        return nfc(self.cleaned_data["reason"])


@require_safe
@never_cache
@for_office
def index(request: HttpRequest) -> HttpResponse:
    """What waits, the oldest first; what has no marked word can be approved together."""
    waiting = ListingCheck.objects.waiting().select_related("product__producer")
    page = Paginator(waiting, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": _shown(list(page))}
    return render(request, "desks/office/listings.html", context)


@require_POST
@never_cache
@for_office
def approve(request: HttpRequest) -> HttpResponse:
    """Approve what is ticked; what was decided or changed meanwhile stays and is said."""
    sent = map(key_of, request.POST.getlist("check")[:MOST_AT_ONCE])
    ticked = [pk for pk in sent if pk is not None]
    checks = ListingCheck.objects.waiting().filter(pk__in=ticked).select_related("product")
    plain = [each for each in checks if not each.marks]
    approved = sum(_is_approved(check, request) for check in plain)
    if approved:
        words = ngettext("%(number)s listing is approved.", "%(number)s listings are approved.", approved)
        messages.success(request, words % {"number": approved})
    if left := len(set(ticked)) - approved:
        words = ngettext(
            "%(number)s was changed or decided meanwhile, or needs a look of its own.",
            "%(number)s were changed or decided meanwhile, or need a look of their own.",
            left,
        )
        messages.warning(request, words % {"number": left})
    if not ticked:
        messages.info(request, _("Nothing was ticked."))
    return redirect("office_desk:listings")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@for_office
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """One check: before and after; a post approves it, or sends it back with a reason."""
    people = ("product__producer", "sent_by", "decided_by")
    found = get_object_or_404(ListingCheck.objects.select_related(*people), pk=pk)
    sends_back = request.POST.get("act") == "send_back"
    form = SendBackForm(request.POST if sends_back else None)
    if request.method == "POST" and (form.is_valid() if sends_back else True):
        try:
            if sends_back:
                listings.send_back(found, actor=request.user, reason=form.cleaned_data["reason"])
                messages.success(request, _("Sent back; the seller reads the reason."))
            else:
                listings.approve(found, actor=request.user)
                messages.success(request, _("Approved; buyers see it now."))
        except Refused as refusal:
            messages.warning(request, str(refusal))
            return redirect("office_desk:listing", pk=pk)
        return redirect("office_desk:listings")
    earlier = ListingCheck.objects.filter(product=found.product).exclude(pk=pk)
    context = {
        "shown": _shown([found])[0],
        "form": form,
        "is_waiting": found.state == ListingCheck.State.WAITING,
        "earlier": list(earlier.select_related("decided_by")[:10]),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "desks/office/listing.html", context, status=status)


def _is_approved(check: ListingCheck, request: HttpRequest) -> bool:
    try:
        listings.approve(check, actor=request.user)
    except Refused:
        return False
    return True


def _shown(checks: list[ListingCheck]) -> list[Shown]:
    """The checks with their fields in words; one query for the names of places."""
    pks = {each[side].get("region") for each in _sides(checks) for side in each} - {None}
    places = {
        region.pk: region.label for region in Region.objects.filter(pk__in=pks).select_related("parent")
    }
    return [_shown_one(check, places) for check in checks]


def _sides(checks: list[ListingCheck]) -> list[dict]:
    return [{"before": check.before, "after": check.changes} for check in checks]


def _shown_one(check: ListingCheck, places: dict[int, str]) -> Shown:
    shown = Shown(check)
    for name, label in LABELS.items():
        if name not in check.changes:
            continue
        after, before = check.changes[name], check.before.get(name, "")
        if name == "region":
            after, before = places.get(after, ""), places.get(before, "")
        if after or before:
            shown.parts.append(Part(label, after, before))
    known = {each["original"] for each in check.before.get("pictures", [])}
    for picture in check.changes.get("pictures", []):
        urls = ProductImage.urls(picture["original"])
        is_new = bool(check.before) and picture["original"] not in known
        shown.pictures.append(Picture(urls[640], srcset(urls), picture["caption"], is_new))
    return shown
