"""The demo's points of sale: real ones with their sources, and one that is plainly illustrative."""

import csv
import datetime
import re
from collections.abc import Iterator
from pathlib import Path

from catalog.models import Product
from marketplace.core import clock
from marketplace.regions.domain.resolve import Resolver
from marketplace.regions.models import Region
from marketplace.sampledata.chance import below
from producers.domain import points, shelf
from producers.domain.acts import By
from producers.domain.shelf import Arrival
from producers.models import OpeningHours, Partner, PointOfSale

POINTS = Path(__file__).parent / "data" / "points.csv"

ILLUSTRATIVE = "Điểm bán minh hoạ"
ILLUSTRATIVE_HOURS = "mon-sun 08:00-20:30"
ILLUSTRATIVE_COMMUNE = "Phường Hoàn Kiếm"

GOODS = 24
SHELF_LIFE = datetime.timedelta(days=120)

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"(?P<first>[a-z]{3})(?:-(?P<last>[a-z]{3}))? (?P<opens>\S+)-(?P<closes>\S+)")


def load_points(*, with_illustrative: bool) -> int:
    """Enter the points that are missing and leave the others as they are; returns how many are new.

    ``with_illustrative`` adds one that is made up, with hours and a phone, which no source gives.
    """
    existing = set(Partner.objects.filter(kind=Partner.Kind.POINT).values_list("name", flat=True))
    rows = [row for row in _rows() if row["name"] not in existing]
    resolver = Resolver() if rows else None
    for row in rows:
        _load(row, resolver)
    return len(rows) + (with_illustrative and ILLUSTRATIVE not in existing and _load_illustrative())


def _rows() -> list[dict]:
    with POINTS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _load(row: dict, resolver: Resolver) -> None:
    opened_on, opened_year = _opened(row["opened"])
    place = resolver.resolve(row["commune"], row["district"], row["province"], opened_on)
    point = PointOfSale(
        kind=row["kind"],
        operator=row["operator"],
        address=row["address"],
        opened_on=opened_on,
        opened_year=opened_year,
        decision=row["decision"],
    )
    seller = {
        "name": row["name"],
        "region": place.current,
        "recorded_region": place.region,
        "source_url": row["source_url"],
    }
    _open(points.register(point, seller), row["hours"])


def _opened(text: str) -> tuple[datetime.date | None, int | None]:
    """The day, or the year where the source names no day."""
    if not text:
        return None, None
    return (datetime.date.fromisoformat(text), None) if "-" in text else (None, int(text))


def _open(point: PointOfSale, text: str) -> None:
    OpeningHours.objects.bulk_create(OpeningHours(point=point, **span) for span in _spans(text))


def _spans(text: str) -> Iterator[dict]:
    """Hours as the file has them: ``mon 14:00-19:30; tue-sun 07:30-12:00``."""
    for part in filter(None, text.split("; ")):
        span = _SPAN.fullmatch(part)
        first, last = _DAYS.index(span["first"]), _DAYS.index(span["last"] or span["first"])
        for weekday in range(first, last + 1):
            opens, closes = (datetime.time.fromisoformat(span[name]) for name in ("opens", "closes"))
            yield {"weekday": weekday, "opens_at": opens, "closes_at": closes}


def _load_illustrative() -> int:
    communes = Region.objects.current().communes().filter(name=ILLUSTRATIVE_COMMUNE, parent__code="01")
    seller = {
        "name": ILLUSTRATIVE,
        "region": communes.first(),
        "is_fictional": True,
        "phone": "024 0000 0000",
        "summary": "Điểm bán này là hư cấu, chỉ để bạn xem giờ mở cửa và bộ lọc hoạt động ra sao.",
    }
    point = PointOfSale(kind=PointOfSale.Kind.POINT, operator="Đơn vị minh hoạ")
    _open(points.register(point, seller), ILLUSTRATIVE_HOURS)
    return 1


def fill_illustrative_shelf() -> int:
    """Goods of the province on the shelf of the illustrative point, if it is empty; returns how many are new.

    Quantities, last days and terms are made up, as its hours are.
    """
    point = PointOfSale.objects.filter(seller__name=ILLUSTRATIVE, seller__stockrecords=None).first()
    if point is None:
        return 0
    listed = Product.objects.listed().for_cards().filter(region__parent__code="01").order_by("pk")
    goods = [product for product in listed[: GOODS * 4] if product.can_buy and not product.is_booked][:GOODS]
    if goods:
        shelf.receive(point, [_arrival(product) for product in goods], by=By())
    return len(goods)


def _arrival(product: Product) -> Arrival:
    return Arrival(
        product,
        quantity=1 + below(12, product.pk, "on the shelf"),
        unit_cost=product.price * 4 // 5,
        expires_on=clock.today() + SHELF_LIFE,
        price=product.price,
    )
