"""The office's desk: returns between buyers and sellers, and who does not answer; it decides none."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketplace.core import clock
from marketplace.core.private_files import private_answer
from marketplace.desks.office.access import for_office
from marketplace.sales.models import ReturnRequest, SentPicture

RETURNS_PER_PAGE = 30
OVERDUE, OPEN, ALL = "overdue", "open", "all"


@require_safe
@never_cache
@for_office
def index(request: HttpRequest) -> HttpResponse:
    """Returns whose answer is overdue; or all open ones, or all."""
    chosen = request.GET.get("state", OVERDUE)
    found = ReturnRequest.objects.for_rows()
    if chosen == OPEN:
        found = found.open().order_by("answer_by", "pk")
    elif chosen == ALL:
        found = found.order_by("-asked_at", "-pk")
    else:
        chosen, found = OVERDUE, found.overdue().order_by("answer_by", "pk")
    page = Paginator(found, RETURNS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "chosen": chosen, "today": clock.today()}
    return render(request, "desks/office/returns.html", context)


@require_safe
@never_cache
@for_office
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One return with its pictures and history."""
    found = get_object_or_404(ReturnRequest.objects.for_rows(), pk=pk)
    context = {
        "request_": found,
        "lines": list(found.lines.all()),
        "pictures": [
            (each, reverse("office_desk:return-picture", args=[pk, each.pk])) for each in found.pictures.all()
        ],
        "steps": list(found.steps.select_related("actor")),
        "today": clock.today(),
    }
    return render(request, "desks/office/return.html", context)


@require_safe
@for_office
def picture(request: HttpRequest, pk: int, picture: int) -> HttpResponseBase:
    """A picture that the buyer sent with the return."""
    found = get_object_or_404(SentPicture, return_request=pk, pk=picture)
    return private_answer(found.name, "image/webp")
