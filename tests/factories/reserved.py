"""Goods that buyers reserve at points of sale, over the real basket and order."""

from collections.abc import Mapping

from oscar.apps.basket.models import Basket

from catalog.models import Product
from marketplace.payments import methods
from marketplace.sales.domain.place import SellerChoice, place_order
from marketplace.sales.domain.quote import quote
from marketplace.sales.models import SellerOrder
from producers.models import Partner, Reservation, StockRecord
from tests.marketplace.sales.cases import LAN, Purchase, address, make_basket


def put_from_shelf(basket: Basket, record: StockRecord, quantity: int = 1) -> None:
    """Goods of a point's shelf into a basket, as the shop puts them there."""
    product = Product.objects.for_cards().get(pk=record.product_id)
    product.stock_record = record
    basket.add_product(product, quantity)


def basket_from_shelves(*wanted: tuple[StockRecord, int], goods: tuple = (), owner=None) -> Basket:
    """A basket with goods of points' shelves, and goods that are sent."""
    basket = make_basket(*goods, owner=owner)
    for record, quantity in wanted:
        put_from_shelf(basket, record, quantity)
    return basket


def place(basket: Basket, *, token: str, expected=None, with_address: bool | None = None, **fields):
    """Order a basket, each seller paid in its usual way where no other ``choices`` are made.

    It has an address where something is sent.
    """
    current = quote(basket)
    is_sent = not current.sends_nothing if with_address is None else with_address
    where = address() if is_sent else None
    delivered = current.delivered(where.province if where else None, {})
    return place_order(
        basket=basket,
        token=token,
        user=fields.pop("user", Purchase(basket).user),
        buyer=fields.pop("buyer", LAN),
        address=where,
        choices=fields.pop("choices", None) or choices_for(lot.seller for lot in current.lots),
        terms_version="2026-11",
        expected=expected or delivered.digest,
        **fields,
    )


def choices_for(sellers) -> Mapping[int, SellerChoice]:
    """The usual way to pay of each seller."""
    return {each.pk: SellerChoice(_usual_method(each)) for each in sellers}


def _usual_method(seller: Partner) -> str:
    return methods.available(seller, "vi")[0].code


def reserve(record: StockRecord, quantity: int = 1, **fields) -> SellerOrder:
    """An order of goods of one shelf."""
    fields.setdefault("token", f"shelf-{record.pk}-{SellerOrder.objects.count()}")
    return place(basket_from_shelves((record, quantity)), **fields).seller_orders.get()


def reservation_of(seller_order: SellerOrder) -> Reservation:
    return Reservation.objects.get(reference=seller_order.number)
