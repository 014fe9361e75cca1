"""Placing an order: one order for the buyer, one seller order for each seller, in one transaction."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override
from oscar.apps.address.models import Country
from oscar.apps.basket.models import Basket
from oscar.apps.order.models import Line, LinePrice, Order, ShippingAddress
from oscar.apps.order.utils import OrderCreator

from marketplace.core import activity, clock
from marketplace.core.codes import random_code
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.core.text import nfc
from marketplace.payments import methods
from marketplace.payments.methods import PaymentMethod, UnknownMethod
from marketplace.regions.models import Region
from marketplace.sales.domain import discounts, invoicing, ledger, vat
from marketplace.sales.domain.discounts import Person
from marketplace.sales.domain.quote import Lot, Quote, QuoteChanged, QuoteLine, quote, title_of
from marketplace.sales.models import DeliveryWay, Placement, SellerOrder, SellerOrderEvent, SellerOrderLine
from marketplace.sales.signals import order_placed
from producers.domain import reservations, stock

State = SellerOrder.State

_NUMBER_LENGTH = 5
_NUMBER_ATTEMPTS = 10

VIETNAM = {
    "iso_3166_1_a3": "VNM",
    "iso_3166_1_numeric": "704",
    "printable_name": "Việt Nam",
    "name": "Cộng hòa xã hội chủ nghĩa Việt Nam",
    "is_shipping_country": True,
}


@dataclass(frozen=True)
class Buyer:
    """Who buys; only the e-mail address may be empty. ``language`` is that of the mails, ``vi`` or ``en``."""

    name: str
    email: str
    phone: str
    language: str

    def known_to(self, user: User | None) -> Person:
        """Whose uses of promotions count."""
        return Person(user, self.phone, self.email.lower())


@dataclass(frozen=True)
class Address:
    """Where the parcels go, in the two levels of today."""

    street: str
    commune: Region
    province: Region


@dataclass(frozen=True)
class SellerChoice:
    """What the buyer chose for one seller's part."""

    payment_method: str
    note: str = ""
    delivery_way: str = DeliveryWay.DOOR


class EmptyBasket(Refused):
    """There is nothing to order, or what there was has been ordered already."""

    def __init__(self):
        super().__init__(_("Your basket is empty."))


class AgeNotConfirmed(Refused):
    """Goods of the basket are sold from an age on that the buyer has not said to have."""

    def __init__(self, age: int):
        super().__init__(_("Alcohol is sold to people of %(age)s years and more.") % {"age": age})


class WrongAddress(Refused):
    """There is none for a parcel, the commune is no longer one, or it belongs to another province."""

    def __init__(self):
        super().__init__(_("Please choose a commune or ward of today in the province that you chose."))


class NotDelivered(Refused):
    """A seller does not deliver to the province, or no longer in the way that was chosen."""

    def __init__(self, lot: Lot):
        self.lot = lot
        words = {"seller": lot.seller.name, "province": lot.province}
        if lot.way in (DeliveryWay.PICKUP, DeliveryWay.AT_POINT):
            super().__init__(_("Goods of %(seller)s can no longer be picked up.") % words)
        else:
            super().__init__(_("%(seller)s does not deliver to %(province)s.") % words)


def place_order(
    *,
    basket: Basket,
    token: str,
    user: User,
    buyer: Buyer,
    address: Address | None,
    choices: Mapping[int, SellerChoice],
    terms_version: str,
    expected: Quote | str,
    age_confirmed: int | None = None,
    invoice_to: invoicing.Recipient | None = None,
) -> Order:
    """Make the contract: take the stock and write the order, or raise and leave everything as it was.

    ``token`` belongs to one rendered form: a form that is sent twice, even at the same time, gives the
    same order. ``address`` may be None where nothing is sent. ``expected`` is the quote that the buyer
    confirmed, or its ``digest``; ``age_confirmed`` the age in years that the buyer said to have reached,
    which alcohol needs (Law 44/2019/QH14, Art. 5); ``invoice_to`` whom the sellers' e-invoices are to be made
    out to, None where the buyer has not said. Raises ``EmptyBasket``, ``WrongAddress``,
    ``AgeNotConfirmed``, ``UnknownMethod``, ``NotDelivered``, ``QuoteChanged``, ``NotEnoughStock`` or
    ``PromotionGone``.
    """
    digest = expected if isinstance(expected, str) else expected.digest
    with transaction.atomic(), override(buyer.language):
        # One basket makes one order: whoever comes second waits here and finds the first one's order.
        status = (
            Basket.objects.select_for_update().filter(pk=basket.pk).values_list("status", flat=True).first()
        )
        already_placed = Order.objects.filter(placement__token=token).first()
        if already_placed is not None:
            return already_placed
        if status not in Basket.editable_statuses:
            raise EmptyBasket
        ways = {pk: choice.delivery_way for pk, choice in choices.items()}
        province = address.province if address is not None else None
        person = buyer.known_to(user)
        current = _current_quote(basket, person).delivered(province, ways)
        if current.is_empty:
            raise EmptyBasket
        if not current.sends_nothing:
            _check_address(address)
        if current.undeliverable:
            raise NotDelivered(current.undeliverable[0])
        if current.problems or current.digest != digest:
            raise QuoteChanged(digest, current)
        if current.minimum_age is not None and (age_confirmed or 0) < current.minimum_age:
            raise AgeNotConfirmed(current.minimum_age)
        payment_methods = _payment_methods(current, choices, buyer.language)
        order = _write_order(basket, user, buyer, address, current)
        stock.take(_quantities(current.lines), reference=order.number, actor=user)
        Placement.objects.create(
            token=token,
            order=order,
            language=buyer.language,
            buyer_name=nfc(buyer.name),
            buyer_email=buyer.email,
            buyer_phone=buyer.phone,
            terms_version=terms_version,
            age_confirmed=current.minimum_age,
        )
        order_lines = _write_order_lines(order, current)
        _record_offers(order, basket, user)
        discounts.take(order, current.promotions, person)
        _write_seller_orders(order, current, choices, payment_methods, order_lines)
        basket.submit()
        activity.record("order.placed", order, actor=user, number=order.number, total=current.total)
        order_placed.send(Order, order=order)
        if invoice_to is not None:
            invoicing.ask(order, invoice_to, actor=order.user)
    return order


def _check_address(address: Address | None) -> None:
    if address is None:
        raise WrongAddress
    commune = address.commune
    if not commune.is_current or commune.parent_id != address.province.pk:
        raise WrongAddress


def _current_quote(basket: Basket, person: Person) -> Quote:
    """The quote of the basket as the database has it now, promotions applied anew."""
    discounts.reduce_prices(basket, person)
    return quote(basket)


def _payment_methods(
    current: Quote, choices: Mapping[int, SellerChoice], language: str
) -> dict[int, PaymentMethod]:
    """The chosen method for each seller; raises ``UnknownMethod`` for one that the seller does not take."""
    chosen = {}
    methods.prepare(lot.seller for lot in current.lots)
    for lot in current.lots:
        choice = choices.get(lot.seller.pk)
        offered = {method.code: method for method in methods.available(lot.seller, language)}
        if choice is None or choice.payment_method not in offered:
            raise UnknownMethod
        chosen[lot.seller.pk] = offered[choice.payment_method]
    return chosen


def _quantities(lines: Iterable[QuoteLine]) -> dict[int, int]:
    quantities: dict[int, int] = {}
    for line in lines:
        record = line.stock_record.pk
        quantities[record] = quantities.get(record, 0) + line.quantity
    return quantities


def new_number() -> str:
    """A number for the buyer, such as ``261124-7KQ4M``: the day in Hà Nội and five random characters.

    It says nothing about how many orders there are. Uniqueness is the database's constraint; 24 million
    numbers a day make a second try rare.
    """
    return f"{clock.today():%y%m%d}-{random_code(_NUMBER_LENGTH)}"


def _write_order(basket: Basket, user: User, buyer: Buyer, address: Address | None, current: Quote) -> Order:
    delivery = sum(lot.delivery_to_pay for lot in current.lots)
    order = Order(
        basket=basket,
        site_id=settings.SITE_ID,
        user=activity.person(user),
        guest_email=buyer.email,
        shipping_address=None if current.sends_nothing else _write_address(buyer, address),
        currency=settings.OSCAR_DEFAULT_CURRENCY,
        total_incl_tax=current.total,
        total_excl_tax=current.total,
        shipping_incl_tax=delivery,
        shipping_excl_tax=delivery,
        shipping_method=_("Delivery by the seller"),
        shipping_code="seller",
        status=settings.OSCAR_INITIAL_ORDER_STATUS,
        date_placed=clock.now(),
    )
    for _attempt in range(_NUMBER_ATTEMPTS):
        order.number = new_number()
        try:
            with transaction.atomic():
                order.save(force_insert=True)
        except IntegrityError:
            if not Order.objects.filter(number=order.number).exists():
                raise
            order.pk = None
        else:
            return order
    raise RuntimeError(f"no free order number in {_NUMBER_ATTEMPTS} attempts")


def _write_address(buyer: Buyer, address: Address) -> ShippingAddress:
    country, _created = Country.objects.get_or_create(iso_3166_1_a2="VN", defaults=VIETNAM)
    return ShippingAddress.objects.create(
        first_name=nfc(buyer.name),
        line1=nfc(address.street),
        line4=address.commune.name,
        state=address.province.name,
        country=country,
        phone_number=buyer.phone,
    )


def _write_order_lines(order: Order, current: Quote) -> dict[int, Line]:
    """Oscar's own lines by basket line, written together; its order creator writes them one by one.

    ``num_allocated`` stays 0: what an order has taken is known to the stock movements, and nothing on
    oscar's dashboard may give it back a second time. Oscar's ``order_placed`` is not sent either: it
    counts sales with several queries a line.
    """
    quoted = current.lines
    lines = Line.objects.bulk_create(_order_line(order, line) for line in quoted)
    by_basket_line = {line.basket_line_id: made for line, made in zip(quoted, lines, strict=True)}
    LinePrice.objects.bulk_create(
        LinePrice(
            order=order,
            line=by_basket_line[line.basket_line_id],
            quantity=quantity,
            price_incl_tax=price,
            price_excl_tax=price,
        )
        for line in quoted
        for price, quantity in _unit_prices(line)
    )
    return by_basket_line


def _unit_prices(line: QuoteLine) -> Iterator[tuple[int, int]]:
    """What so many of a line cost each after discounts, in whole VND that make up its total."""
    price, dearer = divmod(line.total, line.quantity)
    if dearer:
        yield price + 1, dearer
    yield price, line.quantity - dearer


def _sellers_title(line: QuoteLine) -> str:
    """What a line is called at the seller's desk, in Vietnamese whatever the buyer reads."""
    with override("vi"):
        return title_of(line.product, line.departure)


def _order_line(order: Order, line: QuoteLine) -> Line:
    before_discounts = line.unit_price * line.quantity
    return Line(
        order=order,
        partner=line.stock_record.partner,
        partner_name=line.stock_record.partner.name,
        partner_sku=line.stock_record.partner_sku,
        stockrecord=line.stock_record,
        product=line.product,
        title=_sellers_title(line),
        upc=line.product.upc,
        quantity=line.quantity,
        line_price_incl_tax=line.total,
        line_price_excl_tax=line.total,
        line_price_before_discounts_incl_tax=before_discounts,
        line_price_before_discounts_excl_tax=before_discounts,
        unit_price_incl_tax=line.unit_price,
        unit_price_excl_tax=line.unit_price,
        num_allocated=0,
    )


def _record_offers(order: Order, basket: Basket, user: User) -> None:
    """Write for oscar's dashboard which offers made the order cheaper; `discounts.take` counts promotions.

    Discounts on delivery stand in the seller orders alone: it is each seller's own charge.
    """
    creator = OrderCreator()
    applied = [each for each in basket.offer_applications if not each["result"].affects_shipping]
    for application in applied:
        application["message"] = application["offer"].apply_deferred_benefit(basket, order, application)
        creator.create_discount_model(order, application)
        if not discounts.is_promotion(application["offer"]):
            creator.record_discount(application)
    for voucher in {each["voucher"] for each in applied if each["voucher"]}:
        creator.record_voucher_usage(order, voucher, user)


def _write_seller_orders(
    order: Order,
    current: Quote,
    choices: Mapping[int, SellerChoice],
    payment_methods: Mapping[int, PaymentMethod],
    order_lines: Mapping[int, Line],
) -> None:
    taxed = vat.declaring(lot.seller for lot in current.lots)
    seller_orders = SellerOrder.objects.bulk_create(
        _seller_order(order, position, lot, choices[lot.seller.pk], is_taxed=lot.seller.pk in taxed)
        for position, lot in enumerate(current.lots, start=1)
    )
    SellerOrderLine.objects.bulk_create(
        _seller_order_line(seller_order, line, order_lines[line.basket_line_id])
        for seller_order, lot in zip(seller_orders, current.lots, strict=True)
        for line in lot.lines
    )
    SellerOrderEvent.objects.bulk_create(
        SellerOrderEvent(seller_order=seller_order, state=seller_order.state, actor=order.user)
        for seller_order in seller_orders
    )
    for seller_order, lot in zip(seller_orders, current.lots, strict=True):
        payment_methods[seller_order.seller_id].start(
            seller_order.number, seller_order.total, seller_order.seller
        )
        if lot.is_at_point:
            _reserve(seller_order, lot)
    ledger.post_placed(seller_orders)


def _reserve(seller_order: SellerOrder, lot: Lot) -> None:
    """The point keeps for the buyer what was taken of its shelf."""
    prices = {line.stock_record.pk: line.unit_price for line in lot.lines}
    rows = [(pk, quantity, prices[pk]) for pk, quantity in _quantities(lot.lines).items()]
    reservations.hold(lot.seller.point, seller_order.number, rows)


def _seller_order(
    order: Order, position: int, lot: Lot, choice: SellerChoice, *, is_taxed: bool
) -> SellerOrder:
    number = f"{order.number}-{position}"
    return SellerOrder(
        order=order,
        seller=lot.seller,
        number=number,
        folded=SellerOrder.words(number, order.placement),
        seller_name=lot.seller.name,
        state=State.READY_FOR_PICKUP if lot.is_at_point else State.PENDING,
        goods_total=lot.goods_total,
        discount=lot.discount,
        discount_by_marketplace=lot.discount_by_marketplace,
        delivery_discount=lot.delivery_discount,
        delivery_discount_by_marketplace=lot.delivery_discount_by_marketplace,
        delivery_promotion=lot.delivery_promotion,
        delivery_charge=lot.delivery_charge,
        delivery_way=lot.way,
        delivery_basis=lot.charge.basis,
        pickup_place=lot.meeting_place,
        parcel_grams=lot.grams,
        total=lot.total,
        delivery_vat_rate=vat.rate_for(None, lot.seller.kind, clock.today()) if is_taxed else None,
        payment_method=choice.payment_method,
        buyer_note=nfc(choice.note),
    )


def _seller_order_line(seller_order: SellerOrder, line: QuoteLine, order_line: Line) -> SellerOrderLine:
    certification = line.product.certification
    return SellerOrderLine(
        seller_order=seller_order,
        order_line=order_line,
        title=line.title,
        unit=line.unit,
        unit_price=line.unit_price,
        quantity=line.quantity,
        discount=line.discount,
        discount_by_marketplace=line.discount_by_marketplace,
        promotion=line.promotion,
        total=line.total,
        vat_rate=_vat_rate(seller_order, line),
        stars=line.stars,
        certification_code=certification.code if certification is not None else "",
        decision_number=certification.decision_number if certification is not None else "",
        place=line.product.place_now,
        day=line.departure.day if line.departure is not None else None,
        starts=line.departure.starts if line.departure is not None else None,
    )


def _vat_rate(seller_order: SellerOrder, line: QuoteLine) -> int | None:
    """The rate of the day for the line's set, in hundredths of a percent; None of who declares no VAT."""
    if seller_order.delivery_vat_rate is None:
        return None
    return vat.rate_of(line.product, line.stock_record.partner.kind, clock.today())
