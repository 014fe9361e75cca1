"""The point's desk: goods that a producer brings, line by line, with their delivery note."""

import uuid
from collections.abc import Iterable
from functools import cached_property

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalog.models import Product
from marketplace.core import clock
from marketplace.core.exceptions import Refused
from marketplace.core.fields import DayField, NumberField, PriceField, TextField
from marketplace.core.models import User
from marketplace.core.roles import Right
from marketplace.desks.point import finding
from marketplace.desks.point.access import Desk, desk_of
from marketplace.desks.point.forms import PAPER_LENGTH, ClientIdField, numbers_of
from producers.domain import shelf
from producers.domain.acts import By
from producers.models import Batch, Partner, PointAct, StockRecord

UNPROCESSABLE = 422
MOST_LINES = 50
LOT_LENGTH = 40
BARCODE_LENGTH = 64
RECEIVE = "receive"


class NoteForm(forms.Form):
    """The paper that comes with the goods."""

    paper = TextField(
        label=gettext_lazy("Number of the delivery note"), max_length=PAPER_LENGTH, required=False
    )
    client_id = ClientIdField(
        acts_of=lambda form, number: [_number_of(number, each.product.producer) for each in form.lines.forms]
    )

    def __init__(self, *args, lines: "Receiving", **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = lines


class ArrivalForm(forms.Form):
    """So many of one product: until when, on which terms, for how much."""

    quantity = NumberField(label=gettext_lazy("Pieces"), least=1, most=shelf.MOST_AT_ONCE)
    expires_on = DayField(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("As it stands on the pack; empty for what does not expire."),
    )
    lot = TextField(label=gettext_lazy("Lot"), max_length=LOT_LENGTH, required=False)
    terms = forms.ChoiceField(label=gettext_lazy("Terms"), choices=Batch.Terms)
    unit_cost = PriceField(
        label=gettext_lazy("To the producer for one (₫)"),
        required=False,
        help_text=gettext_lazy("On consignment it is owed for each one that is sold."),
    )
    price = PriceField(label=gettext_lazy("Price of one here (₫)"), required=False)
    barcode = TextField(
        label=gettext_lazy("Barcode on the pack"),
        required=False,
        max_length=BARCODE_LENGTH,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args, product: Product, record: StockRecord | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.product, self.record = product, record
        self.fields["expires_on"].widget.attrs["min"] = clock.today().isoformat()

    def clean_expires_on(self):
        day = self.cleaned_data["expires_on"]
        if day is not None and day < clock.today():
            raise forms.ValidationError(_("These goods have expired. Do not take them in."))
        return day

    def clean(self):
        values = super().clean()
        on_consignment = values.get("terms") == Batch.Terms.CONSIGNMENT
        if on_consignment and "unit_cost" not in self.errors and values.get("unit_cost") is None:
            self.add_error("unit_cost", _("Please say what the producer gets for one."))
        has_price = self.record is not None and self.record.price is not None
        if not has_price and "price" not in self.errors and values.get("price") is None:
            self.add_error("price", _("Please say what one costs here."))
        return values

    @property
    def arrival(self) -> shelf.Arrival:
        values = self.cleaned_data
        return shelf.Arrival(
            product=self.product,
            quantity=values["quantity"],
            unit_cost=values["unit_cost"],
            terms=Batch.Terms(values["terms"]),
            expires_on=values["expires_on"],
            lot=values["lot"],
            barcode=values["barcode"],
            price=values["price"],
        )


class Receiving:
    """The lines of a delivery as they go through the form; a product stands there once."""

    def __init__(self, desk: Desk, sent: QueryDict, *, is_complete: bool):
        self.desk, self.sent, self.is_complete = desk, sent, is_complete
        self.numbers = [
            pk for pk in dict.fromkeys(numbers_of(sent.getlist("line"))) if not self._is_removed(pk)
        ]
        self.added: dict[int, str] = {}

    def add(self, product: Product, code: str = "") -> None:
        """Put a product below the others; ``code`` is what was scanned for it."""
        if product.pk not in self.numbers and len(self.numbers) < MOST_LINES:
            self.numbers.append(product.pk)
            self.added[product.pk] = code

    @cached_property
    def forms(self) -> list[ArrivalForm]:
        """A form for each line; a new one begins with what is known of its product here."""
        products = Product.objects.select_related("parent", "producer", "certification").in_bulk(self.numbers)
        records = {record.product_id: record for record in self.desk.shelf.filter(product__in=self.numbers)}
        return [self._form(products[pk], records.get(pk)) for pk in self.numbers if pk in products]

    @property
    def is_valid(self) -> bool:
        checked = [form.is_valid() for form in self.forms]
        return all(checked)

    def _form(self, product: Product, record: StockRecord | None) -> ArrivalForm:
        prefix = f"l{product.pk}"
        if self.is_complete:
            return ArrivalForm(self.sent, prefix=prefix, product=product, record=record)
        if product.pk not in self.added:
            # Still being written: kept as it is, and not judged yet.
            typed = {name: self.sent.get(f"{prefix}-{name}", "") for name in ArrivalForm.base_fields}
            return ArrivalForm(prefix=prefix, product=product, record=record, initial=typed)
        initial = {"barcode": self.added[product.pk], **_as_last_time(record)}
        return ArrivalForm(prefix=prefix, product=product, record=record, initial=initial)

    def _is_removed(self, pk: int) -> bool:
        return self.sent.get("remove") == str(pk)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def receive(request: HttpRequest, slug: str) -> HttpResponse:
    """Scan or find products, say how many of each, and take them in."""
    desk = desk_of(request.user, slug, Right.KEEP_SHELF)
    sent = request.POST
    is_receiving = request.method == "POST" and sent.get("act") == RECEIVE
    lines = Receiving(desk, sent, is_complete=is_receiving)
    found = finding.Finding()
    text = finding.sought(sent.get("code", ""))
    note = NoteForm(sent if is_receiving else None, initial=_kept(sent), lines=lines)
    if is_receiving:
        if lines.is_valid and note.is_valid() and _received(request, desk, lines, note):
            return redirect("point_desk:today", slug)
    elif sent.get("add"):
        text = ""
        lines.add(*_chosen(sent))
    elif text:
        found = finding.in_catalogue(desk, text)
        if found.one is not None:
            lines.add(found.one, text if _is_barcode(text) else "")
    context = {
        **desk.frame,
        "note": note,
        "lines": lines,
        "found": found,
        "text": "" if found.one is not None else text,
    }
    is_wrong = is_receiving or found.trouble
    return render(request, "desks/point/receive.html", context, status=UNPROCESSABLE if is_wrong else 200)


def _received(request: HttpRequest, desk: Desk, lines: Receiving, note: NoteForm) -> bool:
    """Take the goods in, by producer; says why not on the form."""
    values = note.cleaned_data
    try:
        receive_all(
            desk, [form.arrival for form in lines.forms], values["paper"], values["client_id"], request.user
        )
    except Refused as refusal:
        note.add_error(None, str(refusal))
        return False
    messages.success(request, _("The goods are on the shelf."))
    return True


@transaction.atomic
def receive_all(
    desk: Desk, arrivals: Iterable[shelf.Arrival], paper: str, client_id: uuid.UUID, actor: User
) -> list[PointAct]:
    """Take in a delivery: an act for each producer, all or none. Raises ``Refused``.

    Each producer's part has a number that follows from the form's, so that a form sent twice is done once.
    """
    by_producer: dict[Partner | None, list[shelf.Arrival]] = {}
    for arrival in arrivals:
        by_producer.setdefault(arrival.product.producer, []).append(arrival)
    if not by_producer:
        raise Refused(_("Please name at least one product."))
    acts = []
    for producer, brought in by_producer.items():
        by = By(actor, client_id=_number_of(client_id, producer))
        acts.append(shelf.receive(desk.point, brought, by=by, producer=producer, paper=paper))
    return acts


def _number_of(client_id: uuid.UUID, producer: Partner | None) -> uuid.UUID:
    """Of a producer's part of a delivery."""
    return uuid.uuid5(client_id, str(producer.pk if producer is not None else ""))


def _as_last_time(record: StockRecord | None) -> dict:
    """The terms and cost of the batch that came last, and the price here."""
    if record is None:
        return {"terms": Batch.Terms.CONSIGNMENT}
    last = record.batches.order_by("-pk").first()
    initial = {"price": None if record.price is None else int(record.price)}
    if last is not None:
        initial |= {"terms": last.terms, "unit_cost": last.unit_cost}
    return initial


def _kept(sent: QueryDict) -> dict:
    """What stands in the head of the form while lines are added to it."""
    return {"paper": sent.get("paper", ""), "client_id": sent.get("client_id", "")}


def _chosen(sent: QueryDict) -> tuple[Product, str]:
    """The product that was chosen among several."""
    number = next(iter(numbers_of([sent["add"]])), 0)
    return get_object_or_404(Product.objects.buyable(), pk=number), ""


def _is_barcode(text: str) -> bool:
    digits = text.replace(" ", "")
    return digits.isascii() and digits.isdecimal()
