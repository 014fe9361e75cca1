"""The orders of the busy stall: two years of them in all states, written in bulk as the checkout would."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from django.conf import settings
from django.db.models import Count, OuterRef, Subquery
from oscar.apps.address.models import Country
from oscar.apps.offer.models import ConditionalOffer
from oscar.apps.order.models import Line, Order, ShippingAddress

from marketplace.core import clock
from marketplace.payments import methods
from marketplace.sales.domain import promotions
from marketplace.sales.domain.place import VIETNAM
from marketplace.sales.models import (
    Handover,
    Parcel,
    Placement,
    Promotion,
    PromotionUse,
    SellerOrder,
    SellerOrderEvent,
    SellerOrderLine,
)
from producers.models import Partner, StockMovement, StockRecord

DAYS = 730
BATCH = 1_000
PROVINCES = ("Thành phố Hà Nội", "Tỉnh Phú Thọ", "Tỉnh Ninh Bình", "Thành phố Hải Phòng", "Tỉnh Nghệ An")
NAMES = ("Nguyễn Thị Hồng", "Trần Văn Bình", "Lê Minh Châu", "Phạm Thu Hà", "Hoàng Đức Long")
CARRIERS = ("viettelpost", "vnpost", "ghn")
#: Promotions that followed each other; of ten orders in their time one has them.
PROMOTIONS = 40
PERCENT = 10

State = SellerOrder.State
#: How many of a hundred orders end in a state; those of the last week are still on their way.
ENDS = {State.DELIVERED: 90, State.CANCELLED: 6, State.REFUSED: 4}
OPEN = (State.PENDING, State.CONFIRMED, State.PACKED, State.SHIPPED)
#: What has left the stall, whether or not it came back.
SENT = (State.SHIPPED, State.DELIVERED, State.REFUSED)
#: How many of a hundred orders are paid in which way.
WAYS_TO_PAY = {methods.CashOnDelivery.code: 65, methods.VietQR.code: 30, methods.Stripe.code: 5}
WAY = {
    State.PENDING: (State.PENDING,),
    State.CONFIRMED: (State.PENDING, State.CONFIRMED),
    State.PACKED: (State.PENDING, State.CONFIRMED, State.PACKED),
    State.SHIPPED: (State.PENDING, State.CONFIRMED, State.PACKED, State.SHIPPED),
    State.DELIVERED: (State.PENDING, State.CONFIRMED, State.PACKED, State.SHIPPED, State.DELIVERED),
    State.REFUSED: (State.PENDING, State.CONFIRMED, State.PACKED, State.SHIPPED, State.REFUSED),
    State.CANCELLED: (State.PENDING, State.CANCELLED),
}


@dataclass
class Sold:
    """One order of the stall with what was bought: pairs of a stock record and how many of it."""

    number: int
    placed_at: datetime.datetime
    basket: list[tuple[StockRecord, int]]
    state: str
    method: str
    promotion: Promotion | None
    part: SellerOrder | None = None
    lines: tuple[SellerOrderLine, ...] = ()
    last_event: SellerOrderEvent | None = None
    parcel: Parcel | None = None

    @property
    def goods(self) -> int:
        """What its goods cost before discounts, in whole VND."""
        return sum(int(record.price) * quantity for record, quantity in self.basket)

    @property
    def discount(self) -> int:
        return sum(self.discount_on(record, quantity) for record, quantity in self.basket)

    @property
    def phone(self) -> str:
        return f"+8491{self.number:07}"

    @property
    def buyer(self) -> str:
        return NAMES[self.number % len(NAMES)]

    @property
    def ended_at(self) -> datetime.datetime:
        """When it was delivered, refused or cancelled; of one that is on its way when it will be."""
        return self.placed_at + datetime.timedelta(days=1 if self.state == State.CANCELLED else 3)

    @property
    def is_lost(self) -> bool:
        """Whether nothing of it is owed to anybody."""
        return self.state in (State.CANCELLED, State.REFUSED)

    def discount_on(self, record: StockRecord, quantity: int) -> int:
        return int(record.price) * quantity * PERCENT // 100 if self.promotion is not None else 0

    def is_older_than(self, days: int) -> bool:
        return self.placed_at < clock.now() - datetime.timedelta(days=days)


def make_promotions(seller: Partner) -> list[Promotion]:
    """Promotions that take a tenth off all goods, one after the other over the two years."""
    today = clock.today()
    lasts = datetime.timedelta(days=DAYS / PROMOTIONS)
    start = clock.now() - datetime.timedelta(days=DAYS)
    made = []
    for number in range(PROMOTIONS):
        terms = promotions.Terms(
            f"Mừng vụ mới {number + 1}", Promotion.Kind.PERCENT, PERCENT, today, today + lasts, limit=1_000
        )
        promotion = promotions.make(seller, terms, actor=None)
        offer = ConditionalOffer.objects.filter(pk=promotion.offer_id)
        offer.update(start_datetime=start + number * lasts, end_datetime=start + (number + 1) * lasts)
        made.append(promotion)
    return made


def make_orders(
    seller: Partner, records: Sequence[StockRecord], given: Sequence[Promotion], count: int, chance: Random
) -> Iterator[list[Sold]]:
    """So many orders, the oldest first, even over the two years, the newest a few minutes ago; in pieces."""
    country, _created = Country.objects.get_or_create(iso_3166_1_a2="VN", defaults=VIETNAM)
    start = clock.now() - datetime.timedelta(days=DAYS)
    for first in range(0, count, BATCH):
        piece = [
            _bought(number, start, (number + 1) / (count + 1), records, given, chance)
            for number in range(first, min(first + BATCH, count))
        ]
        _place(seller, country, piece, chance)
        _write_history(seller, piece)
        yield piece
    placed = Order.objects.filter(pk=OuterRef("order")).values("date_placed")
    SellerOrder.objects.filter(seller=seller).update(placed_at=Subquery(placed))
    used = PromotionUse.objects.order_by().values("promotion__offer").annotate(number=Count("pk"))
    for row in used:
        ConditionalOffer.objects.filter(pk=row["promotion__offer"]).update(num_applications=row["number"])


def _bought(number, start, share: float, records, given, chance: Random) -> Sold:
    moment = start + datetime.timedelta(days=DAYS) * share
    favourites = records[: max(1, len(records) // 10)]
    basket = [(chance.choice(favourites if chance.random() < 0.8 else records), 1 + chance.randrange(3))]
    if chance.random() < 0.5 and (other := chance.choice(records)) != basket[0][0]:
        basket.append((other, 1))
    is_new = moment > clock.now() - datetime.timedelta(days=7)
    return Sold(
        number,
        moment,
        basket,
        state=OPEN[number % len(OPEN)] if is_new else chance.choices(list(ENDS), list(ENDS.values()))[0],
        method=chance.choices(list(WAYS_TO_PAY), list(WAYS_TO_PAY.values()))[0],
        promotion=given[int(share * len(given))] if number % 10 == 3 else None,
    )


def _place(seller: Partner, country: Country, piece: list[Sold], chance: Random) -> None:
    """What the checkout writes: oscar's order, who placed it, and the seller's part of it."""
    charge = seller.delivery_charge
    addresses = ShippingAddress.objects.bulk_create(
        ShippingAddress(
            first_name=each.buyer,
            line1=f"Số {each.number % 300}, đường Làng",
            line4="Phường Ba Đình",
            state=PROVINCES[chance.choice((0, 0, 0, 1, 1, 2, 3, 4))],
            country=country,
            phone_number=each.phone,
        )
        for each in piece
    )
    orders = Order.objects.bulk_create(
        Order(
            number=f"B{each.number:06}",
            site_id=settings.SITE_ID,
            guest_email=f"buyer-{each.number % 9000}@example.org",
            shipping_address=address,
            currency="VND",
            total_incl_tax=each.goods - each.discount + charge,
            total_excl_tax=each.goods - each.discount + charge,
            shipping_incl_tax=charge,
            shipping_excl_tax=charge,
            shipping_code="seller",
            date_placed=each.placed_at,
        )
        for each, address in zip(piece, addresses, strict=True)
    )
    Placement.objects.bulk_create(
        Placement(
            token=f"bench-{order.number}",
            order=order,
            buyer_name=each.buyer,
            buyer_email=order.guest_email,
            buyer_phone=each.phone,
        )
        for each, order in zip(piece, orders, strict=True)
    )
    parts = SellerOrder.objects.bulk_create(
        SellerOrder(
            order=order,
            seller=seller,
            number=f"{order.number}-1",
            folded=SellerOrder.words(f"{order.number}-1", order.placement),
            seller_name=seller.name,
            state=each.state,
            goods_total=each.goods,
            delivery_charge=charge,
            discount=each.discount,
            total=each.goods - each.discount + charge,
            payment_method=each.method,
        )
        for each, order in zip(piece, orders, strict=True)
    )
    # Rates of the fee go by when an order was placed, which the column itself takes for now.
    for each, part in zip(piece, parts, strict=True):
        each.part = part
        part.placed_at = each.placed_at
    SellerOrder.objects.bulk_update(parts, ["placed_at"])
    _place_lines(seller, piece)
    PromotionUse.objects.bulk_create(
        PromotionUse(promotion=each.promotion, order=each.part.order, phone=each.phone)
        for each in piece
        if each.promotion is not None
    )


def _place_lines(seller: Partner, piece: list[Sold]) -> None:
    rows = [(each, record, quantity) for each in piece for record, quantity in each.basket]
    order_lines = Line.objects.bulk_create(_order_line(seller, *row) for row in rows)
    lines = SellerOrderLine.objects.bulk_create(
        SellerOrderLine(
            seller_order=each.part,
            order_line=line,
            title=record.product.title,
            unit_price=int(record.price),
            quantity=quantity,
            discount=each.discount_on(record, quantity),
            promotion=each.promotion,
            total=int(record.price) * quantity - each.discount_on(record, quantity),
            stars=3,
        )
        for (each, record, quantity), line in zip(rows, order_lines, strict=True)
    )
    for (each, _record, _quantity), line in zip(rows, lines, strict=True):
        each.lines = (*each.lines, line)


def _order_line(seller: Partner, each: Sold, record: StockRecord, quantity: int) -> Line:
    price, whole = int(record.price), int(record.price) * quantity
    to_pay = whole - each.discount_on(record, quantity)
    return Line(
        order=each.part.order,
        partner=seller,
        partner_name=seller.name,
        partner_sku=record.partner_sku,
        stockrecord=record,
        product=record.product,
        title=record.product.title,
        quantity=quantity,
        line_price_incl_tax=to_pay,
        line_price_excl_tax=to_pay,
        line_price_before_discounts_incl_tax=whole,
        line_price_before_discounts_excl_tax=whole,
        unit_price_incl_tax=price,
        unit_price_excl_tax=price,
        num_allocated=0,
    )


def _write_history(seller: Partner, piece: list[Sold]) -> None:
    """The steps of the orders, the parcels with what they left with, and what left the shelf."""
    steps = [(each, state) for each in piece for state in WAY[each.state]]
    events = SellerOrderEvent.objects.bulk_create(
        SellerOrderEvent(seller_order=each.part, state=state) for each, state in steps
    )
    for (each, _state), event in zip(steps, events, strict=True):
        each.last_event = event
    sent = [each for each in piece if each.state in SENT]
    handed = _hand_over(seller, sent)
    packed = [*sent, *(each for each in piece if each.state == State.PACKED)]
    parcels = Parcel.objects.bulk_create(
        Parcel(
            seller_order=each.part,
            carrier_code=_carrier(each),
            tracking_number=f"VN{each.number:09}",
            handover=handed.get(_left_with(each)) if each.state in SENT else None,
        )
        for each in packed
    )
    for each, parcel in zip(packed, parcels, strict=True):
        each.parcel = parcel
    StockMovement.objects.bulk_create(
        StockMovement(
            stock_record=record,
            kind=StockMovement.Kind.HANDED_OVER,
            quantity=-quantity,
            reference=each.part.number,
        )
        for each in sent
        if each.state != State.REFUSED
        for record, quantity in each.basket
    )


def _hand_over(seller: Partner, sent: list[Sold]) -> dict[tuple, Handover]:
    """A handover for each day and carrier."""
    left = {_left_with(each): each.placed_at + datetime.timedelta(hours=6) for each in sent}
    handovers = Handover.objects.bulk_create(
        Handover(seller=seller, carrier_code=carrier) for _day, carrier in left
    )
    for handover, at in zip(handovers, left.values(), strict=True):
        handover.at = at
    Handover.objects.bulk_update(handovers, ["at"])
    return dict(zip(left, handovers, strict=True))


def _left_with(each: Sold) -> tuple:
    return each.placed_at.astimezone(clock.HA_NOI).date(), _carrier(each)


def _carrier(each: Sold) -> str:
    return CARRIERS[each.number % len(CARRIERS)]
