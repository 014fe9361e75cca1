"""What a basket costs now, seller by seller, and what stands in the way of buying it."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from django.core.signing import BadSignature, Signer
from django.db.models import prefetch_related_objects
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from oscar.apps.basket.models import Basket, Line

from catalog.models import Product
from marketplace.core.exceptions import Refused
from marketplace.core.money import format_vnd, round_vnd
from marketplace.core.prepared import Prepared
from marketplace.regions.models import Region
from marketplace.sales.domain.charge import Charge, PriceList
from marketplace.sales.models import FIXED_WAYS, DeliveryWay, Promotion
from producers.models import BookingTerms, Departure, Partner, StockRecord

LONGEST_TITLE = 255
"""Characters of a line's title, which an order keeps."""

_signer = Signer(salt="marketplace.sales.quote")

# What a line reads to be shown and sold; all of it comes in a fixed number of queries.
_ONE_EACH = (
    "stockrecord__partner__delivery_table",
    "stockrecord__departure",
    "stockrecord__partner__point",
    "stockrecord__partner__region__parent",
    "product__parent",
    "product__product_class",
    "product__producer",
    "product__booking_terms",
    "product__certification",
    "product__region__parent",
    "product__recorded_region__parent__parent",
)
_MANY_EACH = ("product__images", "product__parent__images", "product__categories")
_LINES = Prepared(
    lambda basket: Line.objects.filter(basket=basket).select_related(*_ONE_EACH).order_by("pk"), basket=int
)


class ProblemCode(StrEnum):
    NOT_FOR_SALE = "not for sale"
    SOLD_OUT = "sold out"
    TOO_MANY = "too many"
    PAUSED = "paused"
    DATE_ENDED = "date ended"
    TOO_FEW_PLACES = "too few places"
    TOO_MANY_PLACES = "too many places"


@dataclass(frozen=True)
class Problem:
    """Why a line cannot be bought as it is; ``str()`` is a message for the buyer."""

    code: ProblemCode
    title: str
    available: int
    until: datetime.date | None = None
    limit: int = 0
    """Places of the smallest or largest booking, where that is the problem."""

    def __str__(self) -> str:
        if self.code == ProblemCode.DATE_ENDED:
            return _("%(title)s can no longer be booked for this date.") % {"title": self.title}
        if self.code == ProblemCode.TOO_FEW_PLACES:
            return _("%(title)s is booked for %(count)s or more.") % {
                "title": self.title,
                "count": self.limit,
            }
        if self.code == ProblemCode.TOO_MANY_PLACES:
            return _("%(title)s is booked for %(count)s at most.") % {
                "title": self.title,
                "count": self.limit,
            }
        if self.code == ProblemCode.NOT_FOR_SALE:
            return _("%(title)s is no longer for sale.") % {"title": self.title}
        if self.code == ProblemCode.SOLD_OUT:
            return _("%(title)s is sold out.") % {"title": self.title}
        if self.code == ProblemCode.PAUSED:
            return _("%(title)s cannot be ordered until %(day)s has passed: its stall takes a break.") % {
                "title": self.title,
                "day": date_format(self.until, "SHORT_DATE_FORMAT"),
            }
        return _("Only %(count)s of %(title)s are left.") % {"title": self.title, "count": self.available}


@dataclass(frozen=True)
class QuoteLine:
    """A basket line at today's price; ``total`` is after discounts, all amounts are whole VND."""

    basket_line_id: int
    product: Product
    stock_record: StockRecord
    title: str
    unit: str
    unit_price: int
    quantity: int
    discount: int
    total: int
    stars: int | None
    available: int
    problem: Problem | None
    promotion: Promotion | None = None
    """What the discount comes from; None without one, or where oscar's dashboard gives it."""

    @property
    def before_discount(self) -> int:
        return self.unit_price * self.quantity

    @property
    def discount_by_marketplace(self) -> int:
        """What of the discount the marketplace owes the seller."""
        is_sellers = self.promotion is not None and not self.promotion.is_borne_by_marketplace
        return 0 if is_sellers else self.discount

    @property
    def departure(self) -> Departure | None:
        """The date that is booked; None for goods, which are sent."""
        return self.stock_record.departure

    @property
    def terms(self) -> BookingTerms | None:
        """How the date can be booked."""
        return booking_terms(self.product) if self.departure is not None else None

    @property
    def least(self) -> int:
        return self.terms.least if self.terms is not None else 1

    @property
    def most(self) -> int:
        """How many of it can be bought at most."""
        return min(self.available, self.terms.most) if self.terms is not None else self.available


@dataclass(frozen=True)
class Lot:
    """What one seller sends in one parcel; lines with a problem count nothing.

    Without a ``province`` the charge is the least that delivery can cost. Places of dates for guests cost and
    weigh nothing on the way; where there is nothing else, nothing is sent.
    """

    seller: Partner
    lines: tuple[QuoteLine, ...]
    province: Region | None = None
    way: str = DeliveryWay.DOOR
    delivery_promotions: tuple[Promotion, ...] = ()

    @cached_property
    def sold(self) -> list[QuoteLine]:
        """The lines that can be bought as they are."""
        return [line for line in self.lines if line.problem is None]

    @cached_property
    def goods_total(self) -> int:
        """What the goods cost before discounts."""
        return sum(line.before_discount for line in self.sold)

    @cached_property
    def discount(self) -> int:
        """By how much goods and delivery are cheaper."""
        return sum(line.discount for line in self.sold) + self.delivery_discount

    @property
    def discount_by_marketplace(self) -> int:
        """What of it the marketplace owes the seller."""
        on_goods = sum(line.discount_by_marketplace for line in self.sold)
        return on_goods + self.delivery_discount_by_marketplace

    @cached_property
    def delivery_promotion(self) -> Promotion | None:
        """What makes the parcel cheapest; of equal ones the oldest."""
        helping = [
            each for each in self.delivery_promotions if each.discount_on_delivery(self.delivery_charge)
        ]
        return max(helping, key=lambda each: each.discount_on_delivery(self.delivery_charge), default=None)

    @cached_property
    def delivery_discount(self) -> int:
        promotion = self.delivery_promotion
        return promotion.discount_on_delivery(self.delivery_charge) if promotion is not None else 0

    @property
    def delivery_discount_by_marketplace(self) -> int:
        promotion = self.delivery_promotion
        is_borne = promotion is not None and promotion.is_borne_by_marketplace
        return self.delivery_discount if is_borne else 0

    @property
    def delivery_to_pay(self) -> int:
        return self.delivery_charge - self.delivery_discount

    @property
    def promotions(self) -> list[Promotion]:
        """Those that make something of it cheaper."""
        named = [line.promotion for line in self.sold if line.discount] + [self.delivery_promotion]
        return list(dict.fromkeys(each for each in named if each is not None))

    @property
    def is_at_point(self) -> bool:
        """Whether a point of sale keeps it until the buyer comes."""
        return self.seller.kind == Partner.Kind.POINT

    @cached_property
    def sent(self) -> list[QuoteLine]:
        """The lines that travel."""
        return [] if self.is_at_point else [line for line in self.lines if line.departure is None]

    @cached_property
    def sent_total(self) -> int:
        """What the goods that travel cost after discounts, in VND."""
        return sum(line.total for line in self.sent if line.problem is None)

    @property
    def ways(self) -> list[DeliveryWay]:
        """The ways in which a buyer can have it, the usual one first."""
        if self.is_at_point:
            return [DeliveryWay.AT_POINT]
        return self.prices.ways if self.sent else [DeliveryWay.ON_SITE]

    @cached_property
    def prices(self) -> PriceList:
        return PriceList(self.seller)

    @cached_property
    def grams(self) -> int:
        """The weight of the parcel, packing included."""
        usual = self.prices.usual_grams
        return sum(
            (line.product.grams or usual) * line.quantity for line in self.sent if line.problem is None
        )

    @cached_property
    def charge(self) -> Charge:
        """What delivery costs, and how that came about."""
        return self.charge_for(self.way)

    def charge_for(self, way: str) -> Charge:
        """What delivery would cost in this way."""
        if all(line.problem is not None for line in self.sent):
            return Charge(0, way=way)
        return self.prices.charge(way, self.sent_total, self.grams, self.province)

    @property
    def charges_by_zone(self) -> list[Charge]:
        """What delivery to the door costs in each of the seller's zones; empty for a flat charge."""
        return self.prices.by_zone(self.sent_total, self.grams) if self.sent else []

    @property
    def meeting_place(self) -> str:
        """Where the buyer goes to pick the goods up or to be a guest; empty if a parcel comes."""
        if self.way == DeliveryWay.PICKUP:
            return self.prices.table.pickup_place
        if self.way == DeliveryWay.ON_SITE:
            return "; ".join(dict.fromkeys(line.product.place_now for line in self.lines))[:255]
        if self.way == DeliveryWay.AT_POINT:
            return self.seller.point.place[:255]
        return ""

    @property
    def way_label(self) -> str:
        return DeliveryWay(self.way).label

    @property
    def delivery_charge(self) -> int:
        return self.charge.amount

    @property
    def missing_to_free(self) -> int | None:
        """How much more the lot must hold, in VND, to be delivered free; None where that is no question."""
        threshold = self.charge.free_from
        return threshold - self.sent_total if threshold is not None and self.delivery_to_pay else None

    @property
    def can_be_delivered(self) -> bool:
        """Whether the seller offers the chosen way, and delivers to the province."""
        return self.way in self.ways and self.charge.is_served

    @property
    def total(self) -> int:
        return self.goods_total + self.delivery_charge - self.discount


@dataclass(frozen=True)
class Quote:
    """A whole basket: one lot per seller, in the order in which the buyer first chose from them."""

    lots: tuple[Lot, ...]

    @property
    def lines(self) -> list[QuoteLine]:
        return [line for lot in self.lots for line in lot.lines]

    @property
    def problems(self) -> list[Problem]:
        return [line.problem for line in self.lines if line.problem is not None]

    @property
    def total(self) -> int:
        return sum(lot.total for lot in self.lots)

    @property
    def delivery_total(self) -> int:
        return sum(lot.delivery_charge for lot in self.lots)

    @property
    def discount(self) -> int:
        return sum(lot.discount for lot in self.lots)

    @property
    def promotions(self) -> list[Promotion]:
        """Those that make something cheaper."""
        return list(dict.fromkeys(promotion for lot in self.lots for promotion in lot.promotions))

    @property
    def is_least(self) -> bool:
        """Whether delivery may cost more, because the place is not known yet."""
        return any(lot.charge.is_least for lot in self.lots)

    @property
    def undeliverable(self) -> list[Lot]:
        """The lots that cannot be delivered as it was chosen."""
        return [lot for lot in self.lots if not lot.can_be_delivered]

    def delivered(self, province: Region | None, ways: Mapping[int, str]) -> "Quote":
        """The same goods for a province, each seller's in the way chosen for it; the usual one without.

        A basket may have changed since the way was chosen: guests have one way, as have goods at a point of
        sale, and goods that are sent never those.
        """

        def way(lot: Lot) -> str:
            usual = lot.ways[0]
            chosen = ways.get(lot.seller.pk, usual)
            return usual if usual in FIXED_WAYS or chosen in FIXED_WAYS else chosen

        return Quote(tuple(replace(lot, province=province, way=way(lot)) for lot in self.lots))

    @property
    def is_empty(self) -> bool:
        return not self.lots

    @property
    def parcels(self) -> int:
        """How many of the lots a buyer receives or fetches as goods from a producer."""
        return sum(lot.way not in FIXED_WAYS for lot in self.lots)

    @property
    def sends_nothing(self) -> bool:
        """Whether no parcel goes out: the buyer is a guest or picks up at points of sale."""
        return not self.parcels

    @property
    def is_visit(self) -> bool:
        """Whether the buyer is a guest everywhere."""
        return all(lot.way == DeliveryWay.ON_SITE for lot in self.lots)

    @property
    def is_all_kept(self) -> bool:
        """Whether points of sale keep all of it for the buyer."""
        return all(lot.is_at_point for lot in self.lots)

    @property
    def minimum_age(self) -> int | None:
        """From which age all of it may be bought, in years; None for goods that need no age."""
        ages = [line.product.category.minimum_age for line in self.lines if line.product.category is not None]
        return max(filter(None, ages), default=None)

    @cached_property
    def digest(self) -> str:
        """What the buyer agrees to, signed: goes through the review's form and comes back with it."""
        return _signer.sign_object(self._agreement(), compress=True)

    def _agreement(self) -> dict:
        return {
            "total": self.total,
            "lines": [
                [
                    line.stock_record.pk,
                    line.product.title,
                    line.quantity,
                    line.unit_price,
                    line.total,
                    line.stars or 0,
                    line.problem is None,
                ]
                for line in self.lines
            ],
            "delivery": [[lot.seller.pk, lot.seller.name, lot.delivery_to_pay, lot.way] for lot in self.lots],
        }


class QuoteChanged(Refused):
    """Price, availability or delivery are not what the buyer confirmed; nothing was ordered.

    ``old`` is the digest that was confirmed, ``new`` the quote as it is now and ``changes`` says in
    words what differs.
    """

    def __init__(self, old: str, new: Quote):
        self.old, self.new = old, new
        self.changes = changes_since(old, new)
        super().__init__(
            " ".join(
                [_("Something has changed since you looked. Please check and confirm again."), *self.changes]
            )
        )


def quote(basket: Basket) -> Quote:
    """What the basket costs now. Needs the basket's strategy; takes 3 queries if no offer is applied."""
    lots: dict[int, list[QuoteLine]] = {}
    sellers: dict[int, Partner] = {}
    lines = lines_of(basket)
    wanted = _wanted(lines)
    for line in lines:
        seller = line.stockrecord.partner
        sellers[seller.pk] = seller
        lots.setdefault(seller.pk, []).append(_quote_line(line, wanted[line.stockrecord_id]))
    on_delivery = _delivery_promotions(basket)
    whole = (
        Lot(
            sellers[pk],
            tuple(quoted),
            delivery_promotions=tuple(p for p in on_delivery if p.covers_seller(pk)),
        )
        for pk, quoted in lots.items()
    )
    return Quote(tuple(whole)).delivered(None, {})


def changes_since(digest: str, new: Quote) -> list[str]:
    """In the buyer's words, what differs between a confirmed digest and a quote; empty for a forged one."""
    try:
        old = _signer.unsign_object(digest)
    except BadSignature:
        return []
    messages = [str(problem) for problem in new.problems]
    before = {
        pk: (title, quantity, price, total, stars)
        for pk, title, quantity, price, total, stars, _ok in old["lines"]
    }
    now = {line.stock_record.pk: line for line in new.lines}
    messages += [
        _("%(title)s is no longer in your basket.") % {"title": row[0]}
        for pk, row in before.items()
        if pk not in now
    ]
    for pk, line in now.items():
        if line.problem is None:
            messages += _line_changes(line, before.get(pk))
    charges = {pk: charge for pk, _name, charge, *_way in old["delivery"]}
    messages += [
        _("Delivery by %(seller)s now costs %(amount)s.")
        % {"seller": lot.seller.name, "amount": format_vnd(lot.delivery_to_pay)}
        for lot in new.lots
        if charges.get(lot.seller.pk) not in (None, lot.delivery_to_pay)
    ]
    return messages


def _delivery_promotions(basket: Basket) -> list[Promotion]:
    """What the basket's goods make delivery cheaper by, the oldest first."""
    applied = [each["offer"] for each in basket.offer_applications.shipping_discounts]
    found = [offer.promotion for offer in applied if hasattr(offer, "promotion")]
    return sorted(found, key=lambda promotion: promotion.pk)


def _promotion_of(line: Line) -> Promotion | None:
    """What makes a basket's line cheaper."""
    return next((getattr(each.offer, "promotion", None) for each in line.discounts), None)


def _line_changes(line: QuoteLine, before: tuple | None) -> list[str]:
    if before is None:
        return [_("%(title)s was added to your basket.") % {"title": line.title}]
    _title, quantity, price, total, stars = before
    messages = []
    if price != line.unit_price:
        messages.append(
            _("%(title)s now costs %(new)s instead of %(old)s.")
            % {"title": line.title, "old": format_vnd(price), "new": format_vnd(line.unit_price)}
        )
    if quantity != line.quantity:
        messages.append(
            _("Quantity of %(title)s: %(new)s instead of %(old)s.")
            % {"title": line.title, "old": quantity, "new": line.quantity}
        )
    if stars != (line.stars or 0):
        messages.append(_("The stars of %(title)s have changed.") % {"title": line.title})
    if total != line.total and not messages:
        messages.append(
            _("%(title)s now costs %(new)s instead of %(old)s in all.")
            % {"title": line.title, "old": format_vnd(total), "new": format_vnd(line.total)}
        )
    return messages


def lines_of(basket: Basket) -> list[Line]:
    """The basket's lines with all that a quote and promotions read, kept as the basket's own.

    Discounts live on the line objects that an offer was applied to, so those are kept; a basket without
    any gets fresh lines in fewer queries.
    """
    if basket.pk is None:
        return []
    if basket.offer_applications.applications:
        lines = list(basket.all_lines())
        prefetch_related_objects(lines, *_ONE_EACH)
    else:
        lines = _LINES.objects(basket=basket.pk)
        # Oscar's own cache, so that the basket's totals do not read the lines once more.
        basket._lines = basket.lines.order_by("pk")
        basket._lines._result_cache = lines
    prefetch_related_objects(lines, *_MANY_EACH)
    _read_expired([line.stockrecord for line in lines])
    for line in lines:
        line.basket = basket
        # Each line has its own copy of the product, which is sold from the line's record.
        line.product.stock_record = line.stockrecord
    return lines


def _read_expired(records: list[StockRecord]) -> None:
    """What of the shelves of points may no longer be sold; no query where there are none."""
    shelves = [record.pk for record in records if record.partner.kind == Partner.Kind.POINT]
    if not shelves:
        return
    rows = StockRecord.objects.with_expired().filter(pk__in=shelves).values_list("pk", "expired")
    expired = dict(rows)
    for record in records:
        record.expired = expired.get(record.pk, 0)


def _wanted(lines: list[Line]) -> dict[int, int]:
    """How many of each stock record the basket holds in all."""
    wanted: dict[int, int] = {}
    for line in lines:
        wanted[line.stockrecord_id] = wanted.get(line.stockrecord_id, 0) + line.quantity
    return wanted


def _quote_line(line: Line, wanted: int) -> QuoteLine:
    product, record = line.product, line.stockrecord
    price = line.purchase_info.price
    unit_price = int(round_vnd(price.incl_tax)) if price.exists else 0
    total = int(round_vnd(line.line_price_incl_tax_incl_discounts)) if price.exists else 0
    available = max(record.net_stock_level, 0)
    title = title_of(product, record.departure)
    return QuoteLine(
        basket_line_id=line.pk,
        product=product,
        stock_record=record,
        title=title,
        unit=product.unit_label,
        unit_price=unit_price,
        quantity=line.quantity,
        discount=unit_price * line.quantity - total,
        total=total,
        stars=product.stars,
        available=available,
        problem=_problem(product, record, title, wanted) if price.exists else _not_for_sale(title),
        promotion=_promotion_of(line),
    )


def title_of(product: Product, departure: Departure | None) -> str:
    """What a line is called in the reader's language: the product, and the date that is booked of it."""
    if departure is None:
        return product.display_title
    when = f", {departure.when}"
    return f"{Truncator(product.display_title).chars(LONGEST_TITLE - len(when))}{when}"


def booking_terms(product: Product) -> BookingTerms:
    """The terms of a product that came with them; the usual ones where its seller has set none."""
    return getattr(product, "booking_terms", None) or BookingTerms(product=product)


def _not_for_sale(title: str) -> Problem:
    return Problem(ProblemCode.NOT_FOR_SALE, title, 0)


def _problem(product: Product, record: StockRecord, title: str, wanted: int) -> Problem | None:
    available = max(record.net_stock_level, 0)
    if not _is_sold(product, record):
        return _not_for_sale(title)
    if record.partner.is_paused:
        return Problem(ProblemCode.PAUSED, title, available, record.partner.pause_to)
    if record.departure is not None and not record.is_open:
        return Problem(ProblemCode.DATE_ENDED, title, available)
    terms = booking_terms(product) if record.departure is not None else None
    if available < (terms.least if terms is not None else 1):
        return Problem(ProblemCode.SOLD_OUT, title, available)
    if wanted > available:
        return Problem(ProblemCode.TOO_MANY, title, available)
    return breach(terms, title, wanted, available) if terms is not None else None


def _is_sold(product: Product, record: StockRecord) -> bool:
    """Whether its seller sells the product in this way: sent, for a date, or at a point of sale."""
    if not product.is_for_sale or product.is_booked != (record.departure is not None):
        return False
    return record.partner.kind != Partner.Kind.POINT or record.partner.point.keeps_for_buyers


def breach(terms: BookingTerms, title: str, wanted: int, available: int) -> Problem | None:
    """Why this many places are not booked in one booking; None where they are."""
    if wanted < terms.least:
        return Problem(ProblemCode.TOO_FEW_PLACES, title, available, limit=terms.least)
    if wanted > terms.most:
        return Problem(ProblemCode.TOO_MANY_PLACES, title, available, limit=terms.most)
    return None
