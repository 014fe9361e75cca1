"""The office's desk: pages of stalls as they were sent, before buyers see them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from catalog.domain import stall_checks
from marketplace.core.exceptions import Refused
from marketplace.desks.office.access import for_office
from marketplace.desks.office.listings import SendBackForm
from producers.domain import stall_pages
from producers.models import StallCheck

PER_PAGE = 30
EARLIER = 10
UNPROCESSABLE = 422
SEND_BACK = "send_back"


@require_safe
@never_cache
@for_office
def index(request: HttpRequest) -> HttpResponse:
    """Pages that wait, the oldest first."""
    waiting = StallCheck.objects.waiting().select_related("seller")
    page = Paginator(waiting, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "desks/office/stall_pages.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@for_office
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """One page beside the one that buyers see; a post approves it, or sends it back with a reason."""
    people = ("seller", "sent_by", "decided_by")
    found = get_object_or_404(StallCheck.objects.select_related(*people), pk=pk)
    sends_back = request.POST.get("act") == SEND_BACK
    form = SendBackForm(request.POST if sends_back else None)
    if request.method == "POST" and (form.is_valid() if sends_back else True):
        try:
            _decide(request, found, form if sends_back else None)
        except Refused as refusal:
            messages.warning(request, str(refusal))
            return redirect("office_desk:stall-page", pk=pk)
        return redirect("office_desk:stall-pages")
    earlier = StallCheck.objects.filter(seller=found.seller).exclude(pk=pk)
    context = {
        "check": found,
        "now": stall_pages.page_of(found.seller),
        "form": form,
        "is_waiting": found.state == StallCheck.State.WAITING,
        "earlier": list(earlier.select_related("decided_by")[:EARLIER]),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "desks/office/stall_page.html", context, status=status)


def _decide(request: HttpRequest, check: StallCheck, form: SendBackForm | None) -> None:
    if form is None:
        stall_checks.approve(check, actor=request.user)
        messages.success(request, _("Approved; buyers see it now."))
    else:
        stall_checks.send_back(check, actor=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("Sent back; the seller reads the reason."))
