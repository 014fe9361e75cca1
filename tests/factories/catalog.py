"""Products with all that belongs to them: plain functions over the real models.

What a test does not name has a sensible value: the product is listed and for sale, ten are in stock, its
three stars are in force on 24 November 2026.
"""

import datetime
from itertools import count

from catalog.domain import prepare, variants
from catalog.domain.certify import counted_from, last_day, point_to_newest
from catalog.domain.sets import load_sets, product_class
from catalog.models import Category, Certification, Product, ProductImage
from marketplace.core import clock
from marketplace.core.models import User
from marketplace.core.roles import TeamRole
from marketplace.core.text import slugify
from marketplace.regions.models import Region, RegionKind, UnitType
from producers.domain.stock import receive
from producers.models import Partner, StockRecord, Story, TeamMember

PASSWORD = "a password for tests"
ISSUED_ON = datetime.date(2025, 3, 3)

_numbers = count(1)


def make_user(*, email: str | None = None, password: str = PASSWORD, **fields) -> User:
    """A person with an account."""
    number = next(_numbers)
    email = email or f"person-{number}@example.org"
    return User.objects.create_user(email, password, **fields)


def make_region(name: str = "Xã Tân Cương", *, province: str = "Tỉnh Thái Nguyên", **fields) -> Region:
    """Today's commune of this name; taken from the loaded regions, made where there are none of the name."""
    parent = Region.objects.current().provinces().filter(name=province).first() or Region.objects.create(
        key=f"p-test-{next(_numbers)}",
        name=province,
        short_name=province.split(" ", 1)[1],
        kind=RegionKind.PROVINCE,
        unit_type=UnitType.PROVINCE,
        folded=slugify(province).replace("-", " "),
    )
    found = Region.objects.current().communes().filter(name=name, parent=parent).first()
    return found or Region.objects.create(
        **{
            "key": f"c-test-{next(_numbers)}",
            "name": name,
            "short_name": name.split(" ", 1)[1],
            "kind": RegionKind.COMMUNE,
            "unit_type": UnitType.COMMUNE,
            "folded": slugify(name).replace("-", " "),
            "parent": parent,
            **fields,
        }
    )


def make_category(set_number: int = 8) -> Category:
    """The category of one of the 26 sets, below its group."""
    load_sets(only=[set_number])
    return Category.objects.get(set_number=set_number)


def make_seller(**fields) -> Partner:
    """An open stall of a producer."""
    number = next(_numbers)
    fields.setdefault("name", f"Hợp tác xã Mẫu {number}")
    fields.setdefault("legal_form", Partner.LegalForm.COOPERATIVE)
    fields.setdefault("slug", f"{slugify(fields['name'])}-{number}")
    fields.setdefault("delivery_charge", 30_000)
    return Partner.objects.create(**fields)


def make_member(seller: Partner, role: str = TeamRole.OWNER, user: User | None = None) -> User:
    """A person in a seller's team."""
    user = user or make_user()
    TeamMember.objects.create(seller=seller, user=user, role=role)
    return user


def make_certification(product: Product, **fields) -> Certification:
    """One more recognition in the product's history; its dates follow from ``issued_on`` or the year.

    ``issued_on=None`` with ``recognised_year`` gives one that is known by its year only.
    """
    fields.setdefault("stars", 3)
    fields.setdefault("issued_on", None if "recognised_year" in fields else ISSUED_ON)
    if fields["issued_on"] is not None:
        fields.setdefault("recognised_year", fields["issued_on"].year)
    fields.setdefault("started_on", counted_from(fields["issued_on"], fields.get("recognised_year")))
    fields.setdefault("valid_until", last_day(fields["started_on"]))
    certification = Certification.objects.create(product=product, **fields)
    point_to_newest([product.pk])
    product.refresh_from_db(fields=["certification"])
    return certification


def make_product(
    *,
    seller: Partner | None = None,
    set_number: int | None = 8,
    price: int | None = 50_000,
    stock: int = 10,
    stars: int | None = 3,
    certification: dict | None = None,
    recognised: bool = True,
    pictured: bool = False,
    **fields,
) -> Product:
    """A product with its category, certification and stock record.

    ``producer=None`` gives one without a seller, ``price=None`` one without a stock record,
    ``recognised=False`` one without any certification; ``certification`` overrides fields of it.
    """
    number = next(_numbers)
    title = fields.setdefault("title", f"Sản phẩm mẫu {number}")
    if "producer" not in fields:
        fields["producer"] = seller or make_seller()
    fields.setdefault("slug", slugify(title))
    fields.setdefault("product_class", product_class())
    product = Product.objects.create(**fields)
    if set_number is not None:
        product.categories.add(make_category(set_number))
    if recognised:
        make_certification(product, **{"stars": stars, **(certification or {})})
    if price is not None and product.producer is not None:
        make_stock(product, price=price, stock=stock)
    if pictured:
        make_picture(product)
    Product.objects.filter(pk=product.pk).update(folded=product.words())
    return Product.objects.for_cards().get(pk=product.pk)


def make_variant(product: Product, name: str = "1 kg", price: int | None = 95_000, stock: int = 4) -> Product:
    """Another pack of a product, with its own price and stock."""
    made = variants.add(product, variant=name)
    prepare.put_on_offer(made, prepare.Offer(price, stock))
    return made


def make_stock(product: Product, *, price: int = 50_000, stock: int = 10) -> StockRecord:
    """The stock record by which the product's own producer sells it; what is on the shelf was received."""
    record = StockRecord.objects.create(
        product=product, partner=product.producer, partner_sku=f"sku-{product.pk}", price=price
    )
    if stock:
        receive(record, stock, reference="opening")
    return record


def make_picture(product: Product, **fields) -> ProductImage:
    """The row of a picture; its files are not there."""
    fields.setdefault("original", f"products/{product.pk}-960.webp")
    fields.setdefault("kind", ProductImage.Kind.ILLUSTRATION)
    return ProductImage.objects.create(product=product, **fields)


def make_story(*, product: Product | None = None, published: bool = True, **fields) -> Story:
    """A story of a product, or of a stall where ``seller`` is given; published unless told otherwise."""
    number = next(_numbers)
    if product is None and "seller" not in fields:
        product = make_product()
    fields.setdefault("seller", product.producer if product is not None else None)
    fields.setdefault("title", f"Câu chuyện mẫu {number}")
    fields.setdefault("slug", slugify(fields["title"]))
    fields.setdefault("body", "Nghề của làng truyền từ đời này sang đời khác.")
    fields.setdefault("published_at", clock.now() if published else None)
    return Story.objects.create(product=product, **fields)
