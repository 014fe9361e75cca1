"""The producer's desk: files of banks and carriers: sending one, naming its columns, what came of it."""

from functools import partial

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalog.domain.importing.reading import UnreadableFile
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.core.uploads import DocumentField
from marketplace.desks.producer.links import links_of
from marketplace.desks.producer.money_pages import UNPROCESSABLE, Desk
from marketplace.payments.domain import money_files
from marketplace.payments.models import MoneyFile
from marketplace.payments.tasks import read_statement
from marketplace.sales.tasks import read_carrier_list
from producers.models import Partner

ROWS_PER_PAGE = 20
READERS = {MoneyFile.Kind.BANK: read_statement, MoneyFile.Kind.CARRIER: read_carrier_list}
STATE_KINDS = {
    MoneyFile.State.SENT: "new",
    MoneyFile.State.READ: "ok",
    MoneyFile.State.FAILED: "warn",
}


class FileForm(forms.Form):
    """A file to bring in."""

    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=MoneyFile.Kind.choices)
    file = DocumentField(label=gettext_lazy("File (CSV or XLSX)"), kinds=("xlsx", "csv"))


class ColumnsForm(forms.Form):
    """Which column of the file holds what."""

    def __init__(self, *args, kind: str, names: list[str], **kwargs):
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        named = [(name, name) for name in dict.fromkeys(names) if name]
        for code, column in money_files.COLUMNS[kind].items():
            self.fields[code] = forms.ChoiceField(
                label=column.label,
                choices=[("", "–"), *named],
                required=column.is_needed,
                error_messages={"required": _("Please choose a column.")},
            )

    def clean(self):
        cleaned = super().clean()
        chosen = [name for name in cleaned.values() if name]
        if len(chosen) != len(set(chosen)):
            raise forms.ValidationError(_("The same column was chosen twice."), code="twice")
        return cleaned


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """Send a file, and what came of earlier ones."""
    desk = Desk.of(request)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = _kept(request.user, desk.stall, form)
        if file is not None:
            return redirect("producer_desk:money-file", file.pk)
    files = MoneyFile.objects.filter(seller=desk.stall).select_related("sent_by").order_by("-pk")
    page = Paginator(files, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **desk.context(request, "money-files"),
        "form": form,
        "page": page,
        "rows": [(each, STATE_KINDS.get(each.state, "")) for each in page],
    }
    return render(
        request, "desks/producer/money_files.html", context, status=UNPROCESSABLE if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Name the columns of a file that waits for it, else what came of it."""
    file = _file_of(request.user, pk)
    form = _columns_form(file, request.POST or None) if file.state == MoneyFile.State.SENT else None
    if form is not None and request.method == "POST" and form.is_valid():
        try:
            _begin(file, form.cleaned_data)
        except Refused as refusal:
            messages.warning(request, str(refusal))
        return redirect("producer_desk:money-file", pk)
    context = {
        **links_of(request.user),
        "stall": file.seller,
        "file": file,
        "kind": STATE_KINDS.get(file.state, ""),
        "form": form,
    }
    status = UNPROCESSABLE if form is not None and form.errors else 200
    return render(request, "desks/producer/money_file.html", context, status=status)


def _kept(user: User, seller: Partner, form: FileForm) -> MoneyFile | None:
    """The file that was sent, begun at once where its columns are known; None with the reason in the form."""
    try:
        file = money_files.keep(seller, form.cleaned_data["kind"], form.cleaned_data["file"], actor=user)
        known = money_files.known_heads(file, money_files.head_of(file).names)
    except UnreadableFile as error:
        form.add_error("file", str(error))
        return None
    if known:
        _begin(file, known)
    return file


@transaction.atomic
def _begin(file: MoneyFile, heads: dict[str, str]) -> None:
    money_files.begin(file, heads)
    READERS[file.kind].enqueue(file.pk)


def _columns_form(file: MoneyFile, data) -> ColumnsForm:
    names = list(money_files.head_of(file).names)
    make = partial(ColumnsForm, kind=file.kind, names=names)
    return make(data) if data is not None else make(initial=money_files.proposed_heads(file, names))


def _file_of(user: User, pk: int) -> MoneyFile:
    """A file of a stall whose money this person may see; 403 for its team without the right, else 404."""
    found = MoneyFile.objects.visible_to(user).select_related("seller").filter(pk=pk).first()
    if found is None:
        if MoneyFile.objects.filter(pk=pk, seller__team__user=user).exists():
            raise PermissionDenied
        raise Http404
    return found
