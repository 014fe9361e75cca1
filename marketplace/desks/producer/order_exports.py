"""The producer's desk: orders as a file, and all that a seller has here, to take away."""

import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from catalog.domain.exporting import export_products
from catalog.domain.tables import Row, TooManyRows, write_table
from catalog.models import Product
from marketplace.core import activity, clock
from marketplace.core.exceptions import Refused
from marketplace.core.fields import national
from marketplace.core.roles import Right
from marketplace.desks import exports
from marketplace.desks.producer.links import links_of
from marketplace.desks.producer.order_filters import OrderFilter
from marketplace.desks.producer.stalls import chosen_of, stalls_with
from marketplace.payments import methods
from marketplace.sales.carriers import carrier
from marketplace.sales.models import SellerOrder, SellerOrderLine
from producers.models import Partner, StockMovement

CHUNK = 2000
#: A workbook is written whole before it is sent, about a thousand rows in a quarter of a second.
MOST_ROWS_OF_WORKBOOK = 20_000

_FACTS = (
    "seller_order__number",
    "seller_order__placed_at",
    "seller_order__state",
    "seller_order__payment_method",
    "seller_order__order__placement__buyer_name",
    "seller_order__order__placement__buyer_phone",
    "seller_order__order__placement__buyer_email",
    "seller_order__order__shipping_address__line1",
    "seller_order__order__shipping_address__line4",
    "seller_order__order__shipping_address__state",
    "seller_order__parcel__carrier_code",
    "seller_order__parcel__tracking_number",
    "seller_order__buyer_note",
    "order_line__partner_sku",
    "title",
    "unit",
    "unit_price",
    "quantity",
    "cancelled_quantity",
    "total",
    "seller_order__delivery_charge",
    "seller_order__total",
)


@require_safe
@login_required
@never_cache
def orders(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The lines of the orders that the filter lets through; with buyers' data, so not for every member."""
    stalls = stalls_with(request.user, Right.SEE_MONEY)
    stall = chosen_of(stalls, request.GET.get("stall", ""))
    form = OrderFilter(request.GET, stalls=[stall])
    asked = form.narrow(SellerOrder.objects.filter(seller=stall))
    count = SellerOrderLine.objects.filter(seller_order__in=asked.order_by()).count()
    name = f"don-hang-{stall.slug}-{clock.today():%Y%m%d}"
    try:
        if kind == exports.XLSX and count > MOST_ROWS_OF_WORKBOOK:
            raise TooManyRows(MOST_ROWS_OF_WORKBOOK)
        answer = exports.answer(name, kind, order_columns(), order_rows(asked), count)
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect(f"{reverse('producer_desk:index')}?stall={stall.slug}")
    activity.record("orders.exported", stall, actor=request.user, rows=count, kind=kind)
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def data(request: HttpRequest) -> HttpResponseBase:
    """What a seller can take away: a page that says what it is, and by post the files."""
    stalls = stalls_with(request.user, Right.MANAGE_TEAM)
    stall = chosen_of(stalls, request.POST.get("stall", request.GET.get("stall", "")))
    if request.method == "POST":
        activity.record("seller.exported", stall, actor=request.user)
        return FileResponse(
            seller_archive(stall),
            as_attachment=True,
            filename=f"{stall.slug}-{clock.today():%Y%m%d}.zip",
            content_type="application/zip",
        )
    context = {**links_of(request.user), "stalls": stalls, "stall": stall}
    return render(request, "desks/producer/data.html", context)


def order_columns() -> list[str]:
    """The heads of the columns, in the reader's language."""
    return [
        _("Order"),
        _("Ordered"),
        _("State"),
        _("Payment"),
        _("Buyer"),
        _("Phone"),
        _("E-mail"),
        _("Address"),
        _("Commune"),
        _("Province"),
        _("Carrier"),
        _("Tracking number"),
        _("Note from the buyer"),
        _("Article number"),
        _("Product"),
        _("Unit"),
        _("Unit price (VND)"),
        _("Quantity"),
        _("Cancelled"),
        _("Amount (VND)"),
        _("Delivery of the order (VND)"),
        _("Total of the order (VND)"),
    ]


def order_rows(seller_orders: QuerySet[SellerOrder]) -> Iterator[Row]:
    """A row for each line of these orders, the newest order first, read in pieces."""
    lines = SellerOrderLine.objects.filter(seller_order__in=seller_orders.order_by())
    facts = lines.order_by("-seller_order__placed_at", "-seller_order", "pk").values_list(*_FACTS)
    states = {state.value: str(state.label) for state in SellerOrder.State}
    for number, placed_at, state, method, name, phone, *middle in facts.iterator(chunk_size=CHUNK):
        email, street, commune, province, carrier_code, tracking, *rest = middle
        yield (
            number,
            f"{localtime(placed_at, clock.HA_NOI):%Y-%m-%d %H:%M}",
            states[state],
            str(methods.get(method).label),
            name,
            national(phone),
            email,
            street or "",
            commune or "",
            province or "",
            str(carrier(carrier_code)) if carrier_code else "",
            tracking or "",
            *rest,
        )


def seller_archive(seller: Partner):
    """A ZIP file, at its beginning, of tables of all that a seller has entered and sold here."""
    archive = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it when it is sent
    with tempfile.TemporaryDirectory() as name, zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        folder = Path(name)
        orders_of_seller = SellerOrder.objects.filter(seller=seller)
        export_products(folder / "san-pham.csv", Product.objects.filter(producer=seller))
        write_table(folder / "don-hang.csv", order_columns(), order_rows(orders_of_seller))
        write_table(folder / "kho.csv", _stock_columns(), _stock_rows(seller))
        write_table(folder / "cau-chuyen.csv", [_("Title"), _("Text")], _stories(seller))
        write_table(folder / "gian-hang.csv", [_("Fact"), _("Value")], _facts(seller))
        write_table(folder / "doi-ngu.csv", [_("Name"), _("E-mail"), _("Role")], _team(seller))
        for file in sorted(folder.iterdir()):
            packed.write(file, file.name)
    archive.seek(0)
    return archive


def _stock_columns() -> list[str]:
    return [_("At"), _("Article number"), _("Product"), _("Kind"), _("Quantity"), _("Reference")]


def _stock_rows(seller: Partner) -> Iterator[Row]:
    kinds = {kind.value: str(kind.label) for kind in StockMovement.Kind}
    rows = StockMovement.objects.filter(stock_record__partner=seller).order_by("pk")
    facts = (
        "at",
        "stock_record__partner_sku",
        "stock_record__product__title",
        "kind",
        "quantity",
        "reference",
    )
    for at, sku, title, kind, quantity, reference in rows.values_list(*facts).iterator(chunk_size=CHUNK):
        yield f"{localtime(at, clock.HA_NOI):%Y-%m-%d %H:%M}", sku, title, kinds[kind], quantity, reference


def _stories(seller: Partner) -> Iterator[Row]:
    yield from seller.stories.order_by("pk").values_list("title", "body")


def _facts(seller: Partner) -> Iterator[Row]:
    for name in (
        "name",
        "legal_form",
        "registered_address",
        "business_code",
        "representative",
        "phone",
        "email",
    ):
        field = seller._meta.get_field(name)
        yield str(field.verbose_name), str(getattr(seller, name) or "")


def _team(seller: Partner) -> Iterator[Row]:
    for member in seller.team.select_related("user").order_by("pk"):
        yield member.user.get_full_name(), member.user.email, str(member.get_role_display())
