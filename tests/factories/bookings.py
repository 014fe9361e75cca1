"""What is booked by date: tours with their dates, and bookings of them."""

import datetime

from catalog.models import Product
from marketplace.core import clock
from marketplace.sales.models import SellerOrder
from producers.domain import departures
from producers.models import BookingTerms, Departure
from tests.factories.catalog import make_product
from tests.marketplace.sales.cases import Purchase, commune, make_basket

TOURISM_SET = 26


def make_tour(**fields) -> Product:
    """A product of the tourism set for 200.000 ₫ a guest, without dates."""
    fields = {"price": 200_000, "stock": 0, "unit": "khách", "region": commune(), **fields}
    return make_product(set_number=TOURISM_SET, **fields)


def in_days(number: int) -> datetime.date:
    return clock.today() + datetime.timedelta(days=number)


def make_departure(
    tour: Product, *, days: int = 10, starts: datetime.time | None = None, capacity: int = 10
) -> Departure:
    """A date of the tour so many days from today."""
    (made,) = departures.add(tour.stock_record, [in_days(days)], starts, capacity)
    return Departure.objects.select_related("stock_record").get(pk=made.pk)


def set_terms(tour: Product, **values) -> None:
    departures.set_terms(BookingTerms(product=tour, **values))


def put_places(basket, departure: Departure, quantity: int) -> None:
    """Places of a date into a basket, as the shop puts them there."""
    product = Product.objects.for_cards().get(pk=departure.product_id)
    product.stock_record = departure.stock_record
    basket.add_product(product, quantity)


def basket_of(*wanted: tuple[Departure, int], goods: tuple = (), owner=None):
    """A basket with places of dates, and goods."""
    basket = make_basket(*goods, owner=owner)
    for departure, quantity in wanted:
        put_places(basket, departure, quantity)
    return basket


def book(departure: Departure, quantity: int = 1, *, goods: tuple = (), **fields) -> SellerOrder:
    """An order of places of one date, with goods of the same seller if any."""
    basket = basket_of((departure, quantity), goods=goods, owner=fields.get("user"))
    return Purchase(basket, **fields).place().seller_orders.get()


def booked(departure: Departure) -> int:
    """How many places of it are booked, as the database has it now."""
    return Departure.objects.select_related("stock_record").get(pk=departure.pk).booked
