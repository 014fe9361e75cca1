"""The point's desk: the shelf as a workbook, to take away and to send back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from catalog.domain.sheets.reading import MOST_ROWS, UnreadableSheet
from catalog.domain.tables import TooManyRows
from marketplace.core.exceptions import Refused
from marketplace.core.money import format_number
from marketplace.core.roles import Right
from marketplace.desks import exports
from marketplace.desks.point.access import desk_of
from marketplace.desks.point.shelf_sheet import COLUMNS, import_shelf, sheet_rows
from marketplace.desks.producer.sheets import MOST_FAULTS, SheetForm

UNPROCESSABLE = 422
TRY = "try"


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def sheet(request: HttpRequest, slug: str) -> HttpResponse:
    """Get the workbook, look at what it would change, bring it in."""
    desk = desk_of(request.user, slug, Right.RUN_POINT)
    form = SheetForm(request.POST or None, request.FILES or None)
    report = None
    if request.method == "POST" and form.is_valid():
        is_trial = request.POST.get("act") == TRY
        try:
            report = import_shelf(form.cleaned_data["file"], desk, actor=request.user, dry_run=is_trial)
        except (UnreadableSheet, Refused) as error:
            form.add_error("file", str(error))
        else:
            if report.is_written:
                words = _("The workbook is in: %(priced)s prices or marks changed, %(counted)s counted.")
                messages.success(request, words % {"priced": report.priced, "counted": report.counted})
                return redirect("point_desk:shelf", slug)
    context = {
        **desk.frame,
        "form": form,
        "report": report,
        "faults": report.faults[:MOST_FAULTS] if report is not None else [],
        "columns": COLUMNS,
        "most_rows": format_number(MOST_ROWS),
        "try": TRY,
    }
    status = UNPROCESSABLE if form.errors or (report is not None and report.faults) else 200
    return render(request, "desks/point/sheet.html", context, status=status)


@require_safe
@login_required
@never_cache
def download(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The shelf as a workbook."""
    desk = desk_of(request.user, slug, Right.RUN_POINT)
    head = [str(column.label) for column in COLUMNS]
    try:
        return exports.answer(f"ke-{slug}", exports.XLSX, head, sheet_rows(desk), desk.shelf.count())
    except TooManyRows as refusal:
        messages.warning(request, str(refusal))
        return redirect("point_desk:sheet", slug)
