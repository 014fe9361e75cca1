"""One busy stall for the benchmark of the desk: `python -m tests.bench.stall FILE [PRODUCTS ORDERS]`.

Goods that are recognised and for sale, and the orders of two years in all states, written in bulk into a
database that has its tables. FILE gets what the benchmark asks for: the stall, and a session of its owner.
"""

import datetime
import json
import os
import sys
from pathlib import Path
from random import Random

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
    django.setup()

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db.models import OuterRef, Subquery
from oscar.apps.address.models import Country
from oscar.apps.order.models import Line, Order, ShippingAddress

from catalog.domain.certify import counted_from, last_day, point_to_newest
from catalog.domain.sets import load_sets, product_class
from catalog.models import Category, Certification, Product
from marketplace.core import clock
from marketplace.core.models import User
from marketplace.core.roles import TeamRole
from marketplace.core.text import fold, slugify
from marketplace.payments.models import Payment, PaymentEvent
from marketplace.sales.domain.place import VIETNAM
from marketplace.sales.models import Placement, SellerOrder, SellerOrderEvent, SellerOrderLine
from producers.domain import stock
from producers.models import DailyVisits, Partner, StockMovement, StockRecord, TeamMember

PRODUCTS, ORDERS = 5_000, 50_000
DAYS = 730
BATCH = 1_000
IN_STOCK = 1_000
SEED = 7
PROVINCES = ("Thành phố Hà Nội", "Tỉnh Phú Thọ", "Tỉnh Ninh Bình", "Thành phố Hải Phòng", "Tỉnh Nghệ An")
NAMES = ("Nguyễn Thị Hồng", "Trần Văn Bình", "Lê Minh Châu", "Phạm Thu Hà", "Hoàng Đức Long")
GOODS = ("Chè búp", "Mật ong", "Gạo nếp", "Miến dong", "Tương bần", "Nón lá", "Bánh đa", "Cà phê rang")

State = SellerOrder.State
#: How many of a hundred orders end in a state; those of the last week are still on their way.
ENDS = {State.DELIVERED: 90, State.CANCELLED: 6, State.REFUSED: 4}
OPEN = (State.PENDING, State.CONFIRMED, State.PACKED, State.SHIPPED)
PAID = {State.DELIVERED: Payment.State.PAID, State.CANCELLED: Payment.State.CANCELLED}
WAY = {
    State.PENDING: (State.PENDING,),
    State.CONFIRMED: (State.PENDING, State.CONFIRMED),
    State.PACKED: (State.PENDING, State.CONFIRMED, State.PACKED),
    State.SHIPPED: (State.PENDING, State.CONFIRMED, State.PACKED, State.SHIPPED),
    State.DELIVERED: (State.PENDING, State.CONFIRMED, State.PACKED, State.SHIPPED, State.DELIVERED),
    State.REFUSED: (State.PENDING, State.CONFIRMED, State.PACKED, State.SHIPPED, State.REFUSED),
    State.CANCELLED: (State.PENDING, State.CANCELLED),
}


def make_stall(products: int = PRODUCTS, orders: int = ORDERS, *, slug: str = "gian-hang-lon") -> Partner:
    """A stall with so many goods and orders; the same each time but for today's date."""
    chance = Random(SEED)
    seller = Partner.objects.create(
        name="Hợp tác xã Lớn", slug=slug, legal_form=Partner.LegalForm.COOPERATIVE
    )
    records = make_goods(seller, products)
    start = clock.now() - datetime.timedelta(days=DAYS)
    for first in range(0, orders, BATCH):
        numbers = range(first, min(first + BATCH, orders))
        # Even over the two years, the newest a few minutes ago.
        moments = [start + datetime.timedelta(days=DAYS) * (number + 1) / (orders + 1) for number in numbers]
        _make_orders(seller, records, numbers, moments, chance)
    placed = Order.objects.filter(pk=OuterRef("order")).values("date_placed")
    SellerOrder.objects.filter(seller=seller).update(placed_at=Subquery(placed))
    _make_visits(seller, [record.product_id for record in records[:100]], chance)
    return seller


def make_owner(seller: Partner) -> User:
    """The one member of its team."""
    owner = User.objects.create_user(f"{seller.slug}@example.org")
    TeamMember.objects.create(seller=seller, user=owner, role=TeamRole.OWNER)
    return owner


def session_of(user: User) -> str:
    """The cookie of somebody who has logged in."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session.session_key


def make_goods(seller: Partner, count: int) -> list[StockRecord]:
    load_sets(only=[8])
    category = Category.objects.get(set_number=8)
    kind = product_class()
    titles = [f"{GOODS[number % len(GOODS)]} số {number + 1}" for number in range(count)]
    products = Product.objects.bulk_create(
        (
            Product(
                title=title,
                slug=slugify(title),
                producer=seller,
                product_class=kind,
                structure=Product.STANDALONE,
                folded=fold(title),
            )
            for title in titles
        ),
        batch_size=BATCH,
    )
    links = Product.categories.through
    links.objects.bulk_create(
        (links(product=product, category=category) for product in products), batch_size=BATCH
    )
    today = clock.today()
    certifications = []
    for number, product in enumerate(products):
        issued = today - datetime.timedelta(days=number % 1000)
        started = counted_from(issued, issued.year)
        certifications.append(
            Certification(
                product=product,
                stars=3 + number % 2,
                issued_on=issued,
                recognised_year=issued.year,
                started_on=started,
                valid_until=last_day(started),
                code=f"B{number:07}",
            )
        )
    Certification.objects.bulk_create(certifications, batch_size=BATCH)
    point_to_newest([product.pk for product in products])
    records = StockRecord.objects.bulk_create(
        (
            StockRecord(
                product=product,
                partner=seller,
                partner_sku=f"{seller.slug}-{number}",
                price=20_000 + 1_000 * (number % 80),
            )
            for number, product in enumerate(products)
        ),
        batch_size=BATCH,
    )
    for first in range(0, len(records), BATCH // 2):
        some = [record.pk for record in records[first : first + BATCH // 2]]
        stock.receive_many(dict.fromkeys(some, IN_STOCK), reference="bench")
    return records


def _make_orders(seller, records, numbers, moments, chance: Random) -> None:
    country, _created = Country.objects.get_or_create(iso_3166_1_a2="VN", defaults=VIETNAM)
    addresses = ShippingAddress.objects.bulk_create(
        ShippingAddress(
            first_name=NAMES[number % len(NAMES)],
            line1=f"Số {number % 300}, đường Làng",
            line4="Phường Ba Đình",
            state=PROVINCES[chance.choice((0, 0, 0, 1, 1, 2, 3, 4))],
            country=country,
            phone_number=f"+8491{number:07}",
        )
        for number in numbers
    )
    baskets = [
        [
            (
                chance.choice(records[: max(1, len(records) // 10)] if chance.random() < 0.8 else records),
                1 + chance.randrange(3),
            )
        ]
        + ([(records[chance.randrange(len(records))], 1)] if chance.random() < 0.5 else [])
        for _number in numbers
    ]
    totals = [sum(int(record.price) * quantity for record, quantity in basket) for basket in baskets]
    charge = seller.delivery_charge
    orders = Order.objects.bulk_create(
        Order(
            number=f"B{number:06}",
            site_id=settings.SITE_ID,
            guest_email=f"buyer-{number % 9000}@example.org",
            shipping_address=address,
            currency="VND",
            total_incl_tax=total + charge,
            total_excl_tax=total + charge,
            shipping_incl_tax=charge,
            shipping_excl_tax=charge,
            shipping_code="seller",
            date_placed=moment,
        )
        for number, address, total, moment in zip(numbers, addresses, totals, moments, strict=True)
    )
    Placement.objects.bulk_create(
        Placement(
            token=f"bench-{order.number}",
            order=order,
            buyer_name=NAMES[number % len(NAMES)],
            buyer_email=order.guest_email,
            buyer_phone=f"+8491{number:07}",
        )
        for number, order in zip(numbers, orders, strict=True)
    )
    is_late = clock.now() - datetime.timedelta(days=7)
    states = [
        OPEN[number % len(OPEN)] if moment > is_late else chance.choices(list(ENDS), list(ENDS.values()))[0]
        for number, moment in zip(numbers, moments, strict=True)
    ]
    parts = SellerOrder.objects.bulk_create(
        SellerOrder(
            order=order,
            seller=seller,
            number=f"{order.number}-1",
            folded=SellerOrder.words(f"{order.number}-1", order.placement),
            seller_name=seller.name,
            state=state,
            goods_total=total,
            delivery_charge=charge,
            total=total + charge,
            payment_method="cod",
        )
        for order, state, total in zip(orders, states, totals, strict=True)
    )
    rows = [
        (order, part, record, quantity)
        for order, part, basket in zip(orders, parts, baskets, strict=True)
        for record, quantity in basket
    ]
    lines = Line.objects.bulk_create(
        _order_line(seller, order, record, quantity) for order, _, record, quantity in rows
    )
    SellerOrderLine.objects.bulk_create(
        SellerOrderLine(
            seller_order=part,
            order_line=line,
            title=record.product.title,
            unit_price=int(record.price),
            quantity=quantity,
            total=int(record.price) * quantity,
            stars=3,
        )
        for (_, part, record, quantity), line in zip(rows, lines, strict=True)
    )
    SellerOrderEvent.objects.bulk_create(
        SellerOrderEvent(seller_order=part, state=state) for part in parts for state in WAY[part.state]
    )
    payments = Payment.objects.bulk_create(
        Payment(
            reference=part.number,
            method="cod",
            amount=part.total,
            due=0 if part.state in (State.CANCELLED, State.REFUSED) else part.total,
            received=part.total if part.state == State.DELIVERED else 0,
            state=PAID.get(part.state, Payment.State.AWAITING)
            if part.state != State.REFUSED
            else Payment.State.CANCELLED,
        )
        for part in parts
    )
    PaymentEvent.objects.bulk_create(
        PaymentEvent(payment=payment, state=payment.state) for payment in payments
    )
    StockMovement.objects.bulk_create(
        StockMovement(
            stock_record=record,
            kind=StockMovement.Kind.HANDED_OVER,
            quantity=-quantity,
            reference=part.number,
        )
        for _, part, record, quantity in rows
        if part.state in (State.SHIPPED, State.DELIVERED)
    )


def _order_line(seller: Partner, order: Order, record: StockRecord, quantity: int) -> Line:
    price, total = int(record.price), int(record.price) * quantity
    return Line(
        order=order,
        partner=seller,
        partner_name=seller.name,
        partner_sku=record.partner_sku,
        stockrecord=record,
        product=record.product,
        title=record.product.title,
        quantity=quantity,
        line_price_incl_tax=total,
        line_price_excl_tax=total,
        line_price_before_discounts_incl_tax=total,
        line_price_before_discounts_excl_tax=total,
        unit_price_incl_tax=price,
        unit_price_excl_tax=price,
        num_allocated=0,
    )


def _make_visits(seller: Partner, products: list[int], chance: Random) -> None:
    today = clock.today()
    days = [today - datetime.timedelta(days=back) for back in range(DAYS)]
    DailyVisits.objects.bulk_create(
        (
            DailyVisits(seller=seller, product_id=product, day=day, visits=chance.randrange(1, 40))
            for day in days
            for product in (None, *products)
        ),
        batch_size=BATCH,
    )


def main(file: Path, products: int = PRODUCTS, orders: int = ORDERS) -> None:
    seller = make_stall(products, orders)
    last = seller.seller_orders.order_by("-pk").values_list("number", flat=True)[0]
    product = seller.products.order_by("pk").values_list("pk", flat=True)[0]
    session = {settings.SESSION_COOKIE_NAME: session_of(make_owner(seller))}
    today = clock.today()
    found = {
        "stall": seller.slug,
        "order": last,
        "product": product,
        "cookies": session,
        "today": today.isoformat(),
        "month_ago": (today - datetime.timedelta(days=29)).isoformat(),
        "year_ago": (today - datetime.timedelta(days=364)).isoformat(),
    }
    file.write_text(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
