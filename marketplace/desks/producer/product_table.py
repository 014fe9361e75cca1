"""The producer's desk: prices, stock and visibility of many products in one table."""

from dataclasses import dataclass, field

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.core.signing import BadSignature, Signer
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalog.domain import table_rows
from catalog.domain.table_rows import Values
from catalog.models import Product
from marketplace.core.exceptions import Refused
from marketplace.core.fields import NumberField, PriceField
from marketplace.core.models import User
from marketplace.core.roles import Right
from marketplace.desks.producer.links import links_of
from marketplace.desks.producer.product_forms import MOST_PIECES
from marketplace.desks.producer.product_list import products_of
from marketplace.desks.producer.products import SEARCH_LENGTH, UNPROCESSABLE
from marketplace.desks.producer.stalls import chosen_of, stalls_with
from producers.models import Partner, StockRecord

PER_PAGE = 25
_signer = Signer(salt="marketplace.desks.producer.product_table")

PRICE = PriceField(required=False)
STOCK = NumberField(most=MOST_PIECES)


@dataclass
class Line:
    """One row of the table: a product or variant, what it shows, and what is wrong with what was typed."""

    product: Product
    values: Values
    typed: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    bad: set[str] = field(default_factory=set)

    @property
    def seen(self) -> str:
        """The values as they were shown, signed: goes through the form and comes back with it."""
        return _signer.sign_object([self.values.price, self.values.in_stock, self.values.is_shown])

    @property
    def price(self) -> str:
        return self.typed.get("price", PRICE.prepare_value(self.values.price) or "")

    @property
    def in_stock(self) -> str:
        return self.typed.get("in_stock", STOCK.prepare_value(self.values.in_stock))

    @property
    def is_shown(self) -> bool | None:
        if self.values.is_shown is None or "is_shown" not in self.typed:
            return self.values.is_shown
        return self.typed["is_shown"] == "on"


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def table(request: HttpRequest) -> HttpResponse:
    """Change many rows at once: each is kept or, with the reason shown, left as it was."""
    stalls = stalls_with(request.user, Right.EDIT_STOCK)
    asked = request.GET.get("stall", "")
    chosen = chosen_of(stalls, asked) if asked else None
    text = request.GET.get("q", "").strip()[:SEARCH_LENGTH]
    found = products_of([chosen] if chosen is not None else stalls, text).order_by("title", "pk")
    page = Paginator(found.select_related("listing"), PER_PAGE).get_page(request.GET.get("page"))
    lines = _lines(list(page))
    priced = _may_price(request.user, stalls)
    if request.method == "POST":
        saved = sum(_kept(request, line, line.product.producer_id in priced) for line in lines)
        if saved:
            messages.success(
                request,
                ngettext("%(number)s row is saved.", "%(number)s rows are saved.", saved) % {"number": saved},
            )
        if not any(line.errors for line in lines):
            return redirect(request.get_full_path())
    context = {
        **links_of(request.user),
        "stalls": stalls,
        "chosen": chosen,
        "stall": chosen or (stalls[0] if len(stalls) == 1 else None),
        "text": text,
        "page": page,
        "lines": lines,
        "priced": priced,
        "wrong": sum(bool(line.errors) for line in lines),
    }
    status = UNPROCESSABLE if context["wrong"] else 200
    return render(request, "desks/producer/product_table.html", context, status=status)


def _lines(products: list[Product]) -> list[Line]:
    """A row for each product, followed by those of its variants; two queries."""
    ids = [product.pk for product in products]
    variants: dict[int, list[Product]] = {}
    for variant in Product.objects.filter(parent__in=ids).order_by("pk"):
        variants.setdefault(variant.parent_id, []).append(variant)
    shown = [each for product in products for each in (product, *variants.get(product.pk, ()))]
    own = StockRecord.objects.filter(
        product__in=[each.pk for each in shown], partner=F("product__producer"), departure=None
    )
    records = {record.product_id: record for record in own}
    return [Line(each, table_rows.values_of(each, records.get(each.pk))) for each in shown]


def _may_price(user: User, stalls: list[Partner]) -> set[int]:
    """The stalls whose prices this person may change; others of the team count the stock only."""
    own = Partner.objects.with_right(user, Right.EDIT_PRODUCTS).filter(pk__in=[stall.pk for stall in stalls])
    return set(own.values_list("pk", flat=True))


def _kept(request: HttpRequest, line: Line, may_price: bool) -> bool:
    """Change one row as it was sent; returns whether something changed, and notes on it what is wrong."""
    pk = line.product.pk
    sent = request.POST
    try:
        price, in_stock, is_shown = _signer.unsign_object(sent.get(f"seen_{pk}", ""))
    except BadSignature:
        return False
    seen = Values(price, in_stock, is_shown)
    line.typed = {name: sent.get(f"{name}_{pk}", "") for name in ("price", "in_stock", "is_shown")}
    if not may_price:
        del line.typed["price"], line.typed["is_shown"]
    wanted = _wanted(line, seen)
    if line.errors:
        return False
    try:
        changed = table_rows.change(line.product, wanted, seen=seen, actor=request.user)
    except table_rows.RowMoved as refusal:
        line.errors.append(str(refusal))
        line.values = refusal.now
        return False
    except Refused as refusal:
        line.errors.append(str(refusal))
        return False
    line.values, line.typed = (wanted, {}) if changed else (line.values, {})
    return changed


def _wanted(line: Line, seen: Values) -> Values:
    return Values(
        price=_read(line, "price", PRICE) if "price" in line.typed else seen.price,
        in_stock=_read(line, "in_stock", STOCK) or 0,
        is_shown=seen.is_shown if seen.is_shown is None else _wants_shown(line, seen),
    )


def _wants_shown(line: Line, seen: Values) -> bool | None:
    return line.typed["is_shown"] == "on" if "is_shown" in line.typed else seen.is_shown


def _read(line: Line, name: str, reader: NumberField) -> int | None:
    try:
        return reader.clean(line.typed[name])
    except ValidationError as error:
        line.errors += error.messages
        line.bad.add(name)
        return None
