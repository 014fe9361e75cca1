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

from catalog.domain.certify import counted_from, last_day, point_to_newest
from catalog.domain.sets import load_sets, product_class
from catalog.models import Category, Certification, Product
from marketplace.core import clock
from marketplace.core.models import User
from marketplace.core.text import fold, slugify
from marketplace.payments import methods
from marketplace.sales.domain import months
from producers.domain import stock
from producers.models import DailyVisits, Partner, StockRecord
from tests.bench import stall_buyers, stall_money, stall_team
from tests.bench.stall_orders import BATCH, DAYS, make_orders, make_promotions

PRODUCTS, ORDERS = 5_000, 50_000
IN_STOCK = 1_000
SEED = 7
GOODS = ("Chè búp", "Mật ong", "Gạo nếp", "Miến dong", "Tương bần", "Nón lá", "Bánh đa", "Cà phê rang")


def make_stall(products: int = PRODUCTS, orders: int = ORDERS, *, slug: str = "gian-hang-lon") -> Partner:
    """A stall with so many goods and orders; the same each time but for today's date."""
    chance = Random(SEED)
    seller = Partner.objects.create(
        name="Hợp tác xã Lớn", slug=slug, legal_form=Partner.LegalForm.COOPERATIVE
    )
    records = make_goods(seller, products)
    till = stall_money.begin(seller)
    for piece in make_orders(seller, records, make_promotions(seller), orders, chance):
        paid = till.take(piece)
        stall_buyers.write_reviews(seller, piece)
        stall_buyers.write_messages(seller, piece)
        stall_buyers.write_returns(seller, paid)
    till.close(orders)
    stall_buyers.count_reviews(seller)
    # As its own housekeeping does every day.
    months.keep_ended()
    _make_visits(seller, [record.product_id for record in records[:100]], chance)
    return seller


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
    owner = stall_team.make_team(seller)
    stall_team.make_notices(seller, owner)
    stall_team.make_settings(seller, owner)
    records = list(StockRecord.objects.filter(partner=seller).select_related("product").order_by("pk"))
    keys = [record.product_id for record in records]
    today = clock.today()
    found = {
        "stall": seller.slug,
        "product": keys[0],
        "cookies": {settings.SESSION_COOKIE_NAME: session_of(owner)},
        "today": today.isoformat(),
        "month": f"{today - datetime.timedelta(days=today.day):%Y-%m}",
        "month_ago": (today - datetime.timedelta(days=29)).isoformat(),
        "year_ago": (today - datetime.timedelta(days=364)).isoformat(),
        **stall_team.make_packs_and_dates(records),
        **stall_team.make_stories(seller, owner),
        **stall_team.make_events(seller, keys),
        **stall_team.make_applications(seller, owner),
        **_newest(seller),
    }
    file.write_text(json.dumps(found))


def _newest(seller: Partner) -> dict[str, object]:
    """What the pages of one thing each are asked for."""
    orders = seller.seller_orders.order_by("-pk")
    return {
        "order": orders.values_list("number", flat=True)[0],
        "transferred": orders.filter(payment_method=methods.VietQR.code).values_list("number", flat=True)[0],
        "written": seller.threads.order_by("-pk").values_list("seller_order__number", flat=True)[0],
        "return": seller.returns.order_by("-pk").values_list("pk", flat=True)[0],
        "review": seller.reviews.order_by("-pk").values_list("pk", flat=True)[0],
        "transfer": seller.transfers.filter(state="unmatched").values_list("pk", flat=True)[0],
        "money_file": seller.money_files.values_list("pk", flat=True)[0],
        "handover": seller.handovers.values_list("pk", flat=True)[0],
        "promotion": seller.promotions.values_list("pk", flat=True)[0],
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
