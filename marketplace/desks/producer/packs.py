"""The producer's desk: gift packs, what lies in them, and packing them out of the stock."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalog.domain import packs, prepare
from catalog.models import Product
from marketplace.core.exceptions import Refused
from marketplace.core.fields import NumberField, TextField
from marketplace.desks.producer.products import UNPROCESSABLE, frame_of, product_of

ROWS = 6
PACK = "pack"
UNPACK = "unpack"


class PartsForm(forms.Form):
    """What lies in a pack: a few rows of a product, by its name, and a number."""

    def __init__(self, *args, product: Product, **kwargs):
        super().__init__(*args, **kwargs)
        self.product = product
        before = list(product.parts.select_related("part"))
        self.numbers = range(min(max(ROWS, len(before) + 1), packs.MOST_PARTS))
        for number in self.numbers:
            row = before[number] if number < len(before) else None
            self.fields[f"part_{number}"] = TextField(
                label=_("Product %(number)s") % {"number": number + 1},
                max_length=255,
                required=False,
                initial=row.part.title if row else "",
            )
            self.fields[f"quantity_{number}"] = NumberField(
                label=_("How many of product %(number)s") % {"number": number + 1},
                required=False,
                least=1,
                most=1000,
                initial=row.quantity if row else None,
            )

    @property
    def rows(self) -> list[tuple]:
        return [(self[f"part_{number}"], self[f"quantity_{number}"]) for number in self.numbers]

    def clean(self) -> dict:
        cleaned = super().clean()
        self.parts: dict[Product, int] = {}
        for number in self.numbers:
            if name := cleaned.get(f"part_{number}"):
                self._take(number, name, cleaned.get(f"quantity_{number}") or 1)
        return cleaned

    def _take(self, number: int, name: str, quantity: int) -> None:
        found = packs.called(self.product, name)
        if len(found) != 1:
            self.add_error(f"part_{number}", _not_found(found))
        elif found[0] in self.parts:
            self.add_error(f"part_{number}", _("This product stands above already."))
        else:
            self.parts[found[0]] = quantity


def _not_found(found: list[Product]) -> str:
    if not found:
        return _("Your stall has no product of this name that can lie in a gift pack.")
    names = "; ".join(product.title for product in found)
    return _("Several are called so. Write the whole name of one: %(names)s") % {"names": names}


class PackForm(forms.Form):
    """How many packs are made, or taken apart."""

    number = NumberField(label=gettext_lazy("How many packs"), least=1, most=100_000)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def pack(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what lies in a gift pack; pack some out of the stock of its parts."""
    product = product_of(request.user, pk)
    asked = request.POST.get("act")
    is_packing = asked in (PACK, UNPACK)
    parts = PartsForm(request.POST if request.POST and not is_packing else None, product=product)
    amount = PackForm(request.POST if is_packing else None)
    form = amount if is_packing else parts
    if request.method == "POST" and form.is_valid():
        try:
            words = _packed(request, product, amount) if is_packing else _filled(request, product, parts)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, words)
            return redirect("producer_desk:product-pack", pk=pk)
    context = {
        **frame_of(request, product),
        "parts": parts,
        "amount": amount,
        "is_pack": product.parts.exists(),
        "possible": packs.can_be_packed(product),
        "own": prepare.own_record(product),
        "pack": PACK,
        "unpack": UNPACK,
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "desks/producer/product_pack.html", context, status=status)


def _filled(request: HttpRequest, product: Product, form: PartsForm) -> str:
    packs.fill(product, form.parts, actor=request.user)
    return _("What lies in the pack is kept.")


def _packed(request: HttpRequest, product: Product, form: PackForm) -> str:
    number = form.cleaned_data["number"]
    if request.POST["act"] == UNPACK:
        packs.pack(product, -number, actor=request.user)
        return _("Taken apart: the goods are back in stock by themselves.")
    packs.pack(product, number, actor=request.user)
    return ngettext("%(number)s pack is made.", "%(number)s packs are made.", number) % {"number": number}
