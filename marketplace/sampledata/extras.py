"""What the demo adds to the real products: illustrative prices, stock, charges and renewals.

Everything follows from the product's natural key, so that every demo looks the same.
"""

import datetime
import json
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path

from catalog.domain.certify import last_day, point_to_newest
from catalog.models import Certification, Product
from marketplace.core import clock
from marketplace.regions.models import Region
from marketplace.sales.models import DeliveryTable
from marketplace.sampledata.chance import below, share
from producers.domain import departures, stock
from producers.models import Partner, StockRecord

PRICES = Path(__file__).parent / "data" / "prices.json"
OPENING = "sample data"
RENEWED_SHARE = 0.7
SOLD_OUT_SHARE = 0.04
MOST_IN_STOCK = 60
WEEKS_OF_DATES = 10
WEEKEND = frozenset({5, 6})
STARTS = (None, datetime.time(7, 30), datetime.time(8), datetime.time(9))
FEWEST_PLACES, MORE_PLACES = 8, 23
CHARGES = (15_000, 20_000, 25_000, 30_000, 35_000)
ZONED_ONE_IN = 3
HA_NOI = "Hà Nội"
NORTH = (
    HA_NOI,
    "Hải Phòng",
    "Bắc Ninh",
    "Hưng Yên",
    "Ninh Bình",
    "Phú Thọ",
    "Thái Nguyên",
    "Lạng Sơn",
    "Quảng Ninh",
    "Cao Bằng",
    "Tuyên Quang",
    "Lào Cai",
    "Lai Châu",
    "Điện Biên",
    "Sơn La",
)
FREE_FROM = (300_000, 400_000, 500_000, None)


def add_prices_and_stock(products: Collection[Product]) -> None:
    """A price by set and hash, a unit where none is known, and an opening stock; a few are sold out.

    What is booked by date gets dates instead.
    """
    for product in products:
        if not product.unit:
            product.unit = price_row(product.category.set_number)["unit"]
    Product.objects.bulk_update(products, ["unit"], batch_size=200)
    sold = [product for product in products if product.producer_id and product.stock_record is None]
    records = StockRecord.objects.bulk_create(
        StockRecord(
            product=product,
            partner_id=product.producer_id,
            partner_sku=f"p{product.pk}",
            price=price(product),
        )
        for product in sold
    )
    arriving = {
        record.pk: quantity
        for record, product in zip(records, sold, strict=True)
        if not product.is_booked and (quantity := opening_stock(product.natural_key))
    }
    if arriving:
        stock.receive_many(arriving, reference=OPENING)
    for record, product in zip(records, sold, strict=True):
        if product.is_booked:
            add_dates(product, record)


def add_dates(product: Product, record: StockRecord) -> None:
    """Illustrative dates: the weekends of some weeks, all day or from a time, with places by hash."""
    key = product.natural_key
    first = clock.today() + datetime.timedelta(days=2)
    weekends = departures.Series(first, first + datetime.timedelta(weeks=WEEKS_OF_DATES), WEEKEND)
    places = FEWEST_PLACES + below(MORE_PLACES, key, "places")
    departures.add(record, weekends.days, STARTS[below(len(STARTS), key, "starts")], places)


def price(product: Product) -> int:
    """The illustrative price in VND, whole thousands."""
    return price_within(price_row(product.category.set_number), share(product.natural_key, "price"))


def price_within(row: dict, chance: float) -> int:
    """The price in VND for a number from 0 up to 1; low ones are likelier."""
    steps = (row["to"] - row["from"]) // row["step"]
    return (row["from"] + int(chance**2 * (steps + 1)) * row["step"]) * 1000


def price_row(set_number: int | None) -> dict:
    """Unit, lowest and highest price and step of a set, or of products whose set is not known."""
    table = _prices()
    return table["sets"].get(str(set_number), table["group"])


@cache
def _prices() -> dict:
    return json.loads(PRICES.read_text(encoding="utf-8"))


def opening_stock(key: str) -> int:
    if share(key, "sold out") < SOLD_OUT_SHARE:
        return 0
    return 1 + below(MOST_IN_STOCK, key, "stock")


def set_delivery_charges(sellers: Iterable[Partner]) -> None:
    """A flat charge for each stall and the sum from which it delivers free, if any."""
    sellers = list(sellers)
    for seller in sellers:
        seller.delivery_charge, seller.free_delivery_from = delivery_terms(seller.slug)
    Partner.objects.bulk_update(sellers, ["delivery_charge", "free_delivery_from"], batch_size=200)


def set_delivery_tables(sellers: Iterable[Partner]) -> None:
    """Every third stall charges by place and weight: its own province, the north, everywhere else."""
    north = _northern_provinces()
    zoned = [seller for seller in sellers if below(ZONED_ONE_IN, seller.slug, "zones") == 0]
    DeliveryTable.objects.bulk_create(
        DeliveryTable(seller=seller, zones=_zones(seller, north)) for seller in zoned
    )
    Partner.objects.filter(pk__in=[seller.pk for seller in zoned]).update(delivers_by_zone=True)


def _zones(seller: Partner, north: dict[str, Region]) -> list[dict]:
    charge, free_from = delivery_terms(seller.slug)
    own = _province_of(seller) or north[HA_NOI]
    return [
        _zone(own.short_name, [own.key], charge, free_from),
        _zone("Miền Bắc", [each.key for each in north.values() if each.key != own.key], charge + 10_000),
        _zone("Các tỉnh, thành khác", [], charge + 20_000),
    ]


def _zone(name: str, provinces: list[str], charge: int, free_from: int | None = None) -> dict:
    return {
        "name": name,
        "provinces": provinces,
        "steps": [[1000, charge], [3000, charge + 10_000]],
        "each_grams": 1000,
        "each_charge": 5_000,
        "free_from": free_from,
    }


def _province_of(seller: Partner) -> Region | None:
    place = seller.region
    while place is not None and place.parent is not None:
        place = place.parent
    return place if place is not None and place.is_current else None


def _northern_provinces() -> dict[str, Region]:
    """Today's provinces north of Thanh Hoá by their short names."""
    found = Region.objects.current().provinces().filter(short_name__in=NORTH)
    return {province.short_name: province for province in found}


def delivery_terms(slug: str) -> tuple[int, int | None]:
    """The charge and the sum from which there is none, both in VND, of the stall with this slug."""
    charge = CHARGES[below(len(CHARGES), slug, "charge")]
    return charge, FREE_FROM[below(len(FREE_FROM), slug, "free")]


def renew_expired(products: Iterable[Product]) -> int:
    """An illustrative renewal, without number or decision, for 70 % of the expired; returns how many."""
    today = clock.today()
    renewals = [
        _renewal(product, today)
        for product in products
        if product.certification.stars is not None
        and product.certification.ends_on is not None
        and product.certification.ends_on < today
        and share(product.natural_key, "renewed") < RENEWED_SHARE
    ]
    Certification.objects.bulk_create(renewals)
    point_to_newest([renewal.product_id for renewal in renewals])
    return len(renewals)


def _renewal(product: Product, today: datetime.date) -> Certification:
    """Renewed about the time of its expiry, but in the last two years, so that it is in force."""
    expired = product.certification
    earliest = max(expired.ends_on - datetime.timedelta(days=60), today - datetime.timedelta(days=640))
    days = max((today - earliest).days - 20, 1)
    issued_on = earliest + datetime.timedelta(days=below(days, product.natural_key, "day"))
    return Certification(
        product=product,
        stars=expired.stars,
        recognised_year=issued_on.year,
        issued_on=issued_on,
        started_on=issued_on,
        valid_until=last_day(issued_on),
        provenance=Certification.Provenance.ILLUSTRATIVE,
    )
