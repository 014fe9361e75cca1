"""What the tests of sales buy: sellers, products with stock, and whole purchases through the domain."""

import itertools
from dataclasses import dataclass, field

from django.contrib.auth.models import AnonymousUser
from oscar.apps.basket.models import Basket

from catalog.models import Category, Certification, Product
from marketplace.core.models import User
from marketplace.core.roles import TeamRole
from marketplace.regions.models import Region, RegionKind, UnitType
from marketplace.sales.domain.place import Address, Buyer, SellerChoice, place_order
from marketplace.sales.domain.quote import quote
from marketplace.sales.models import SellerOrder
from producers.domain import stock
from producers.models import Partner, TeamMember
from producers.strategy import Selector

_counter = itertools.count(1)

LAN = Buyer(name="Nguyễn Thị Lan", email="lan@example.org", phone="+84912345678", language="vi")


def make_seller(name: str = "Hợp tác xã Bắc Sơn", **fields) -> Partner:
    number = next(_counter)
    return Partner.objects.create(
        **{"name": f"{name} {number}", "code": f"seller-{number}", "slug": f"seller-{number}", **fields}
    )


def make_member(seller: Partner, role: str = TeamRole.OWNER, **fields) -> User:
    person = make_user(**fields)
    TeamMember.objects.create(seller=seller, user=person, role=role)
    return person


def make_user(**fields) -> User:
    number = next(_counter)
    values = {"email": f"person-{number}@example.org", "username": f"person-{number}", **fields}
    return User.objects.create_user(password="mật khẩu thử", **values)


def make_product(
    seller: Partner,
    *,
    title: str = "Chè búp khô",
    price: int = 120_000,
    in_stock: int = 10,
    stars: int | None = 4,
    valid_until: str = "2029-06-30",
    **fields,
) -> Product:
    number = next(_counter)
    product = Product.objects.create(
        title=f"{title} {number}",
        producer=seller,
        product_class=_product_class(),
        unit="hộp",
        net_content="500 g",
        is_public=True,
        region=commune(),
        **fields,
    )
    product.categories.add(_category())
    certification = Certification.objects.create(
        product=product, stars=stars, valid_until=valid_until, decision_number="813/QĐ-UBND"
    )
    Product.objects.filter(pk=product.pk).update(certification=certification)
    record = product.stockrecords.create(partner=seller, partner_sku=f"sku-{number}", price=price)
    if in_stock:
        stock.receive(record, in_stock, reference="test")
    return Product.objects.get(pk=product.pk)


def commune() -> Region:
    """A commune of today, made for the tests so that they do not depend on the data file's edition."""
    province, _created = Region.objects.get_or_create(
        key="test-province",
        defaults={
            "kind": RegionKind.PROVINCE,
            "name": "Thành phố Hà Nội",
            "short_name": "Hà Nội",
            "unit_type": UnitType.CITY,
            "folded": "ha noi",
        },
    )
    found, _created = Region.objects.select_related("parent").get_or_create(
        key="test-commune",
        defaults={
            "kind": RegionKind.COMMUNE,
            "name": "Phường Hà Đông",
            "short_name": "Hà Đông",
            "unit_type": UnitType.WARD,
            "folded": "ha dong",
            "parent": province,
        },
    )
    return found


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
        confirmed = self.expected or quote(self.basket)
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


def _product_class():
    from oscar.apps.catalogue.models import ProductClass  # noqa: PLC0415

    return ProductClass.objects.get_or_create(name="OCOP", defaults={"track_stock": True})[0]


def _category() -> Category:
    found = Category.objects.filter(set_number=5).first()
    return found or Category.add_root(name="Chè", name_en="Tea", set_number=5, code="set-05", slug="che")
