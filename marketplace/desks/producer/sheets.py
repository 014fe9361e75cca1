"""The producer's desk: all products of a stall as a workbook, to take away and to send back."""

from io import BytesIO

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from catalog.domain.sheets import writing
from catalog.domain.sheets.reading import MOST_ROWS, UnreadableSheet
from catalog.domain.sheets.run import Report, import_sheet
from marketplace.core.addresses import address
from marketplace.core.money import format_number
from marketplace.core.roles import Right
from marketplace.core.uploads import DocumentField
from marketplace.desks.producer.links import links_of
from marketplace.desks.producer.products import UNPROCESSABLE
from marketplace.desks.producer.stalls import chosen_of, stalls_with

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TRY = "try"
MOST_FAULTS = 200
"""How many faults a page names; the others come up once these are mended."""


class SheetForm(forms.Form):
    """A workbook to bring in."""

    file = DocumentField(label=gettext_lazy("Workbook (XLSX)"), kinds=("xlsx",))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def sheet(request: HttpRequest) -> HttpResponse:
    """Get the workbook, look at what it would change, bring it in."""
    stalls = stalls_with(request.user, Right.EDIT_PRODUCTS)
    stall = chosen_of(stalls, request.GET.get("stall", ""))
    form = SheetForm(request.POST or None, request.FILES or None)
    report = None
    if request.method == "POST" and form.is_valid():
        is_trial = request.POST.get("act") == TRY
        try:
            report = import_sheet(form.cleaned_data["file"], stall, actor=request.user, dry_run=is_trial)
        except UnreadableSheet as error:
            form.add_error("file", str(error))
        else:
            if report.is_written:
                messages.success(request, _written_words(report))
                return redirect("producer_desk:products")
    context = {
        **links_of(request.user),
        "stalls": stalls,
        "stall": stall,
        "form": form,
        "report": report,
        "faults": report.faults[:MOST_FAULTS] if report is not None else [],
        "most_rows": format_number(MOST_ROWS),
        "try": TRY,
        "feeds": [
            (name, request.build_absolute_uri(address(f"stalls:{code}", stall.slug)))
            for name, code in (("Google Merchant", "google-feed"), ("Facebook", "facebook-feed"))
        ],
    }
    status = UNPROCESSABLE if form.errors or (report is not None and report.faults) else 200
    return render(request, "desks/producer/product_sheet.html", context, status=status)


@require_safe
@login_required
@never_cache
def download(request: HttpRequest) -> HttpResponse:
    """The workbook of a stall, with its products or, for ``empty``, only to be filled in."""
    stalls = stalls_with(request.user, Right.EDIT_PRODUCTS)
    stall = chosen_of(stalls, request.GET.get("stall", ""))
    is_empty = "empty" in request.GET
    file = BytesIO()
    writing.write(file, stall, empty=is_empty)
    response = HttpResponse(file.getvalue(), content_type=XLSX)
    name = "mau-san-pham" if is_empty else f"san-pham-{stall.slug}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


def _written_words(report: Report) -> str:
    words = _("The workbook is in: %(created)s new, %(changed)s changed, %(unchanged)s as they were.")
    return words % {
        "created": report.created,
        "changed": report.changed,
        "unchanged": report.unchanged,
    }
