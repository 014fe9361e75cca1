"""What the tests of sales buy: sellers, products with stock, and whole purchases through the domain."""

import itertools
from dataclasses import dataclass, field

from django.contrib.auth.models import AnonymousUser
from oscar.apps.basket.models import Basket

from catalog.models import Product
from marketplace.core.models import User
from marketplace.regions.models import Region
from marketplace.sales.domain.discounts import Person
from marketplace.sales.domain.place import Address, Buyer, SellerChoice, _current_quote, place_order
from marketplace.sales.domain.quote import quote
from marketplace.sales.models import SellerOrder
from producers.models import Partner
from producers.strategy import Selector
from tests.factories import catalog as factory

_counter = itertools.count(1)

LAN = Buyer(name="Nguyễn Thị Lan", email="lan@example.org", phone="+84912345678", language="vi")


def make_product(seller: Partner, *, in_stock: int = 10, **fields) -> Product:
    """A product that costs 120.000 ₫ and has four stars in force, in a commune of Hà Nội."""
    return factory.make_product(
        **{
            "seller": seller,
            "price": 120_000,
            "stock": in_stock,
            "stars": 4,
            "unit": "hộp",
            "net_content": "500 g",
            "region": commune(),
            "certification": {"decision_number": "813/QĐ-UBND"},
            **fields,
        }
    )


def commune() -> Region:
    return factory.make_region("Phường Hà Đông", province="Thành phố Hà Nội")


def address() -> Address:
    place = commune()
    return Address(street="12 ngõ Gạch", commune=place, province=place.parent)


def make_basket(*products: Product | tuple[Product, int], owner: User | None = None) -> Basket:
    """An open basket with products, each once or in the quantity that stands beside it."""
    basket = Basket.objects.create(owner=owner)
    basket.strategy = Selector().strategy()
    for wanted in products:
        product, quantity = wanted if isinstance(wanted, tuple) else (wanted, 1)
        basket.add_product(product, quantity)
    return basket


def reload(basket: Basket) -> Basket:
    """The basket as the next request finds it."""
    again = Basket.objects.get(pk=basket.pk)
    again.strategy = Selector().strategy()
    return again


@dataclass
class Purchase:
    """Everything that ``place_order`` takes, with defaults; change a field and ``place()``."""

    basket: Basket
    token: str = field(default_factory=lambda: f"form-{next(_counter)}")
    user: User | AnonymousUser = field(default_factory=AnonymousUser)
    buyer: Buyer = LAN
    note: str = ""
    method: str = "cod"
    expected: object = None

    def place(self):
        confirmed = self.expected or quote(self.basket).delivered(address().province, {})
        sellers = self.basket.lines.values_list("stockrecord__partner", flat=True)
        return place_order(
            basket=self.basket,
            token=self.token,
            user=self.user,
            buyer=self.buyer,
            address=address(),
            choices={pk: SellerChoice(self.method, self.note) for pk in sellers},
            terms_version="2026-11",
            expected=confirmed,
        )


def buy(*products: Product | tuple[Product, int], **fields) -> list[SellerOrder]:
    """Place an order and give its seller orders in their order."""
    order = Purchase(make_basket(*products), **fields).place()
    return list(order.seller_orders.order_by("number"))


def buy_promoted(*products: Product | tuple[Product, int]) -> list[SellerOrder]:
    """As `buy`, with what promotions make cheaper."""
    basket = make_basket(*products)
    expected = _current_quote(basket, Person()).delivered(address().province, {})
    return list(Purchase(basket, expected=expected).place().seller_orders.order_by("number"))
