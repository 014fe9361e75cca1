"""The list of a stall's products: tabs by state, words to find by, rows with stock, sales and certificate."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog.domain import prepare
from catalog.models import Listing, ListingCheck, Product
from catalog.models.certifications import EXPIRING_DAYS, CertificationStatus
from marketplace.core import clock
from marketplace.core.text import fold
from marketplace.sales.models import SellerOrder, SellerOrderLine
from producers.domain.stock import LOW_STOCK
from producers.models import Partner, StockRecord

SALES_DAYS = 30

State = Listing.State
_NO_SALE = (SellerOrder.State.CANCELLED, SellerOrder.State.REFUSED, SellerOrder.State.RETURNED)
_RECORD = "own_record__"
AVAILABLE = F(f"{_RECORD}num_in_stock") - F(f"{_RECORD}num_allocated")


@dataclass(frozen=True)
class Tab:
    code: str
    label: Promise


TABS = (
    Tab("all", _("All")),
    Tab("sold", _("On sale")),
    Tab("low", _("Few left")),
    Tab("out", _("Sold out")),
    Tab("ending", _("Certificate ends")),
    Tab("prepared", _("Being prepared")),
    Tab("hidden", _("Hidden")),
)


def tab_of(code: str | None) -> Tab:
    """The tab with this code; the first one for a code that there is not."""
    return next((tab for tab in TABS if tab.code == code), TABS[0])


@dataclass(frozen=True)
class Row:
    """One product of the list with its packs: the least and the highest price of one, in VND.

    ``available`` counts the packs that are shown, ``sold`` all.
    """

    product: Product
    state: str
    kind: str
    price: int | None
    highest_price: int | None
    available: int
    low: bool
    variants: int
    sold: int
    days_left: int | None
    is_waiting: bool


def products_of(stalls: Iterable[Partner], text: str = "") -> QuerySet[Product]:
    """The products of these stalls with their own stock record, found by words of their name."""
    found = Product.objects.of_desk(stalls).annotate(
        own_record=FilteredRelation(
            "stockrecords", condition=Q(stockrecords__partner=F("producer"), stockrecords__departure=None)
        )
    )
    for word in fold(text).split():
        found = found.filter(folded__contains=word)
    return found


def counted(products: QuerySet[Product], stalls: Iterable[Partner]) -> list[tuple[Tab, int]]:
    """Each tab with its number of products, in one query."""
    counts = products.order_by().aggregate(
        **{tab.code: Count("pk", filter=condition(tab.code, stalls)) for tab in TABS}
    )
    return [(tab, counts[tab.code]) for tab in TABS]


def condition(code: str, stalls: Iterable[Partner]) -> Q:
    """What the products of a tab have in common; a variant that runs out counts for its product."""
    shown = Q(is_public=True, certification__isnull=False)
    if code == "sold":
        return shown & Q(**{f"{_RECORD}price__isnull": False})
    if code == "low":
        return shown & Q(pk__in=_scarce(stalls, Q(left__gt=0, left__lte=F("mark"))))
    if code == "out":
        return shown & Q(pk__in=_scarce(stalls, Q(left__lte=0) & _not_booked_now()))
    if code == "ending":
        today = clock.today()
        last = today + datetime.timedelta(days=EXPIRING_DAYS)
        extended = Q(certification__extended_until=None) | Q(certification__extended_until__lte=last)
        return shown & extended & Q(certification__valid_until__lte=last)
    if code == "prepared":
        is_begun = Q(listing__state__in=(State.DRAFT, State.WAITING, State.SENT_BACK))
        return is_begun | Q(certification=None)
    if code == "hidden":
        return Q(listing__state__in=(State.HIDDEN, State.TAKEN_DOWN))
    return Q(pk__isnull=False)


def _not_booked_now() -> Q:
    """Goods, and what is booked by date as long as no date with places can be booked."""
    return Q(bookable_until=None) | Q(bookable_until__lte=clock.now())


def _scarce(stalls: Iterable[Partner], which: Q) -> QuerySet:
    """Ids of products of which the own pack or a variant has run out or comes to its warning mark."""
    return (
        StockRecord.objects.filter(partner__in=stalls, departure=None, price__isnull=False)
        .annotate(
            left=F("num_in_stock") - F("num_allocated"),
            mark=Coalesce("low_stock_threshold", Value(LOW_STOCK)),
            of=Coalesce("product__parent", "product"),
        )
        .filter(which)
        .values("of")
    )


def for_rows(products: QuerySet[Product]) -> QuerySet[Product]:
    """With what a row shows."""
    waiting = ListingCheck.objects.waiting().filter(product=OuterRef("pk")).order_by()
    return (
        products.select_related("producer", "certification", "listing")
        .prefetch_related("images", "categories")
        .annotate(is_waiting=Exists(waiting))
    )


def rows(products: list[Product]) -> list[Row]:
    """The rows of one page; three queries for variants, stock and sales however many there are."""
    of = {product.pk: product.pk for product in products}
    variants = list(Product.objects.filter(parent__in=list(of)).values_list("pk", "parent", "is_public"))
    of |= {pk: parent for pk, parent, _is_public in variants}
    hidden = {pk for pk, _parent, is_public in variants if not is_public}
    records: dict[int, list[StockRecord]] = {}
    is_current = Q(departure=None) | Q(bookable_until__gt=clock.now())
    shown = [pk for pk in of if pk not in hidden]
    own = StockRecord.objects.filter(is_current, product__in=shown, partner=F("product__producer"))
    for record in own.order_by("pk"):
        records.setdefault(of[record.product_id], []).append(record)
    sold: dict[int, int] = {}
    for pk, pieces in _sold(list(of)):
        sold[of[pk]] = sold.get(of[pk], 0) + pieces
    return [_row(product, records.get(product.pk, []), sold.get(product.pk, 0)) for product in products]


def _sold(ids: list[int]) -> Iterable[tuple[int, int]]:
    """How many pieces of each of these were ordered lately, without what was cancelled or came back."""
    since = clock.now() - datetime.timedelta(days=SALES_DAYS)
    return (
        SellerOrderLine.objects.filter(order_line__product__in=ids, seller_order__placed_at__gte=since)
        .exclude(seller_order__state__in=_NO_SALE)
        .order_by()
        .values_list("order_line__product")
        .annotate(pieces=Sum("quantity"))
    )


def _row(product: Product, records: list[StockRecord], sold: int) -> Row:
    own = [record for record in records if record.partner_id == product.producer_id]
    goods = [record for record in own if record.departure_id is None]
    product.stock_record = next((each for each in goods if each.product_id == product.pk), None)
    priced = [] if product.is_booked else [record for record in goods if record.price is not None]
    low = any(record.net_stock_level <= _mark(record) for record in priced)
    available = sum(record.net_stock_level for record in own)
    prices = sorted({int(record.price) for record in goods if record.price is not None})
    state, kind = state_of(product, available, low, is_priced=bool(prices))
    certification = product.certification
    ends_on = certification.ends_on if certification is not None else None
    return Row(
        product=product,
        state=state,
        kind=kind,
        price=prices[0] if prices else None,
        highest_price=prices[-1] if prices else None,
        available=available,
        low=low,
        variants=sum(record.product_id != product.pk for record in own),
        sold=sold,
        days_left=(ends_on - clock.today()).days if ends_on is not None else None,
        is_waiting=product.is_waiting,
    )


def _mark(record: StockRecord) -> int:
    return LOW_STOCK if record.low_stock_threshold is None else record.low_stock_threshold


def state_of(product: Product, available: int, low: bool, *, is_priced: bool) -> tuple[str, str]:
    """What a seller must know of a product first, and the colour in which it is said.

    ``available`` and ``is_priced`` (whether one has a price) are of all its packs.
    """
    state = prepare.state_of(product)
    if state != State.APPROVED:
        kinds = {State.WAITING: "new", State.SENT_BACK: "warn", State.TAKEN_DOWN: "warn"}
        return state.label, kinds.get(state, "")
    if product.certification is None:
        return _("Checked, waits for its certification"), ""
    if product.certification_status == CertificationStatus.WITHDRAWN:
        return CertificationStatus.WITHDRAWN.label, "warn"
    if not product.is_sold_online:
        return _("Waits for the office's clearance"), ""
    if not is_priced:
        return _("Shown, without a price"), "warn"
    if available <= 0:
        return _("Sold out"), "warn"
    return (_("Few left"), "warn") if low else (_("On sale"), "ok")
