"""Points of sale with full shelves for the benchmark: `python -m tests.bench.shelves FILE POINTS PRODUCTS`.

Every point has every product in one batch; written by COPY into a PostgreSQL database that has its tables,
without the movements, which no act here reads. FILE gets what was measured: milliseconds of each call, and
how many queries the map's page took.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random
from typing import NamedTuple

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
    django.setup()

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from marketplace.core import clock
from marketplace.core.text import fold, slugify
from marketplace.regions.models import Region
from producers.domain import counter
from producers.domain.acts import By
from producers.domain.counter import Item
from producers.domain.nearby import where_to_buy
from producers.models import Batch, Partner, PointOfSale, StockRecord
from tests.bench.stall import make_goods

SEED = 11
BATCH = 500
LEFT = 50
RECORD_COLUMNS = (
    "product_id",
    "partner_id",
    "partner_sku",
    "price",
    "price_currency",
    "num_in_stock",
    "num_allocated",
    "date_created",
    "date_updated",
)
BATCH_COLUMNS = (
    "stock_record_id",
    "producer_id",
    "terms",
    "unit_cost",
    "lot",
    "received_on",
    "quantity_left",
)


class At(NamedTuple):
    latitude: float
    longitude: float


def make_points(count: int) -> list[PointOfSale]:
    """Open points over the communes of the country, half of them in Hà Nội."""
    communes = list(Region.objects.current().communes().exclude(latitude=None).order_by("key"))
    capital = [each for each in communes if each.parent.code == "01"] or communes
    chance = Random(SEED)
    places = [chance.choice(capital if number % 2 else communes) for number in range(count)]
    sellers = Partner.objects.bulk_create(
        (_seller(number, place) for number, place in enumerate(places)), batch_size=BATCH
    )
    return PointOfSale.objects.bulk_create(
        (
            PointOfSale(
                seller=seller,
                latitude=place.latitude + chance.uniform(-0.02, 0.02),
                longitude=place.longitude + chance.uniform(-0.02, 0.02),
                folded=fold(seller.name),
            )
            for seller, place in zip(sellers, places, strict=True)
        ),
        batch_size=BATCH,
    )


def _seller(number: int, place: Region) -> Partner:
    name = f"Điểm bán số {number + 1}"
    seller = Partner(name=name, slug=slugify(name), code=slugify(name), kind=Partner.Kind.POINT, region=place)
    seller.set_name_forms()
    return seller


def fill_shelves(points: list[PointOfSale], products: int) -> list[int]:
    """A stock record and a batch for each product at each point; gives the products' keys."""
    producer = Partner.objects.create(name="Hợp tác xã Lớn", slug="hop-tac-xa-lon")
    ids = [record.product_id for record in make_goods(producer, products)]
    now = clock.now()
    _copy(
        StockRecord,
        RECORD_COLUMNS,
        (
            (
                product,
                point.seller_id,
                f"p{product}",
                20_000 + 1_000 * (product % 80),
                "VND",
                LEFT,
                0,
                now,
                now,
            )
            for point in points
            for product in ids
        ),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Batch._meta.db_table} ({', '.join(BATCH_COLUMNS)}) "  # noqa: S608 (our own names)
            "SELECT id, %s, 'consignment', 15000, '', CURRENT_DATE, num_in_stock "
            f"FROM {StockRecord._meta.db_table} WHERE partner_id <> %s",
            [producer.pk, producer.pk],
        )
        # As its own housekeeping leaves a database that was not filled a minute ago.
        if not connection.in_atomic_block:
            cursor.execute("VACUUM ANALYZE")
    return ids


def _copy(model, columns: Iterable[str], rows: Iterable[tuple]) -> None:
    """Write rows past Django, a million in a minute."""
    statement = f"COPY {model._meta.db_table} ({', '.join(columns)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def measure(points: list[PointOfSale], products: list[int], rounds: int) -> dict:
    """Milliseconds of each call, the first ones left out; and the queries of the map's page."""
    chance = Random(SEED)
    records = [
        StockRecord.objects.get(product=chance.choice(products), partner=chance.choice(points).seller)
        for _round in range(rounds)
    ]
    of_seller = {point.seller_id: point for point in points}

    def look(_round: int) -> int:
        point = chance.choice(points)
        return len(where_to_buy(chance.choice(products), near=At(point.latitude, point.longitude)))

    def sell(number: int) -> int:
        record = records[number % len(records)]
        point = of_seller[record.partner_id]
        counter.sell(point, [Item(record.pk, 1)], paid_by="cash", by=By())
        return 1

    found: list[int] = []
    looked = _timed(lambda number: found.append(look(number)), rounds)
    return {
        "where to buy within 50 km": looked,
        "counter sale": _timed(sell, rounds),
        "found": sorted(found),
        "queries": _queries_of_map(),
    }


def _timed(act: Callable[[int], object], rounds: int, warm_up: int = 20) -> list[float]:
    times = []
    for number in range(-warm_up, rounds):
        begin = time.perf_counter()
        act(number)
        times.append((time.perf_counter() - begin) * 1000)
    return times[warm_up:]


def _queries_of_map() -> int:
    client = Client(headers={"host": "127.0.0.1"})
    client.get("/diem-ban/?q=diem")
    with CaptureQueriesContext(connection) as queries:
        answer = client.get("/diem-ban/?q=so")
    if answer.status_code != 200:
        raise SystemExit(f"the map answers {answer.status_code}")
    return len(queries)


def main(file: str, points: str, products: str, rounds: str) -> None:
    made = make_points(int(points))
    ids = fill_shelves(made, int(products))
    Path(file).write_text(json.dumps(measure(made, ids, int(rounds))))


if __name__ == "__main__":
    main(*sys.argv[1:])
