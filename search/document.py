"""What is indexed of a product: the fields, and documents built from the database.

Every field is said once here, for all engines. Texts are tokens from `search.analysis`, joined by spaces: an
engine splits at spaces and changes nothing. Dates are stored, not what follows from them, so that stars end
at midnight without reindexing. Sort keys are whole numbers, unique by the product's id in their low half:
highest first is the order.
"""

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import NamedTuple

from dateutil.relativedelta import relativedelta
from django.db.models import Count, Exists, F, OuterRef, QuerySet

from catalog.domain.variants import shown_pack
from catalog.models import Category, Product
from catalog.models.products import is_other_pack
from marketplace.core import clock
from marketplace.sales.models import SellerOrder, SellerOrderLine
from producers.models import Batch, Partner, StockRecord, Story
from search.analysis import all_tokens, folded_tokens, kept_tokens, name_forms, shorthand_terms
from search.places import LABEL_JOINT, Places
from search.ranking import DAYS, Facts, standing

#: Goes up with every change of fields or analysis; an index of another version is rebuilt.
VERSION = 7
BATCH = 2_000
KNOWN_TEXTS = 20_000
#: For so many products it is quicker to read only their places than all of them.
FEW = 200
FIRST_DAY = datetime.date(2000, 1, 1).toordinal()
HIGHEST = 2**31 - 1
#: The last day of what can be bought as long as there is stock.
ANY_DAY = DAYS - 1
SALES_COUNT_FOR = relativedelta(months=12)
NO_SALE = (SellerOrder.State.CANCELLED, SellerOrder.State.REFUSED, SellerOrder.State.RETURNED)

ProductCategory = Product.categories.through


class Kind(StrEnum):
    TEXT = "text"
    """Words, asked for by `Term`, `Prefix`, `Similar`."""
    KEYWORDS = "keywords"
    """Values, asked for by `Term` and `OneOf`, not counted."""
    LABEL = "label"
    """One value, keys and a name joined by `LABEL_JOINT`, "" is none; counted, not asked for."""
    NUMBER = "number"
    """A whole number below 2**63, 0 where there is none; asked for, counted and read."""
    FACT = "fact"
    """The same; only its ranges are asked for."""
    NUMBERS = "numbers"
    """Several of them."""
    FACTS = "facts"
    """Several numbers; only their ranges are asked for."""
    SORT = "sort"
    """A whole number below 2**63; only sorted by."""


__all__ = ["FIELDS", "LABEL_JOINT", "VERSION", "Document", "Kind", "day_number", "documents"]

#: The fields of the index by kind; their values are the attributes of a `Document`.
FIELDS = {
    "name": Kind.TEXT,
    "forms": Kind.TEXT,
    "words": Kind.TEXT,
    "shorthand": Kind.TEXT,
    "seller": Kind.TEXT,
    "everything": Kind.TEXT,
    "regions": Kind.KEYWORDS,
    "province": Kind.LABEL,
    "commune": Kind.LABEL,
    "former": Kind.LABEL,
    "pk": Kind.NUMBER,
    "categories": Kind.NUMBERS,
    "shelves": Kind.FACTS,
    "producer": Kind.NUMBER,
    "stars_until": Kind.FACT,
    "gone_on": Kind.FACT,
    "price": Kind.FACT,
    "stock_until": Kind.FACT,
    "year": Kind.NUMBER,
    "sold": Kind.FACT,
    "started": Kind.FACT,
    "name_length": Kind.FACT,
    "stamp": Kind.FACT,
    "by_rank": Kind.SORT,
    "by_cheap": Kind.SORT,
    "by_dear": Kind.SORT,
    "by_new": Kind.SORT,
    "by_best": Kind.SORT,
}


def day_number(day: datetime.date) -> int:
    """Days since 1 January 2000."""
    return day.toordinal() - FIRST_DAY


@dataclass(frozen=True, slots=True)
class Document:
    """A product as the index holds it.

    - ``name``: words of the title and the English title, folded and with marks
    - ``forms``: pairs of words, beginnings and whole of both
    - ``words``: those of the name, of seller, set, group and place
    - ``everything``: those, and words of former places, ingredients and story
    - ``shorthand``: initials and joined words of the title
    - ``seller``: words of the seller's name
    - ``regions``: keys of every unit, current or former, that the product lies in
    - ``province``, ``commune``, ``former``: labels, see `search.places.Place`
    - ``stars_until``: `ranking.DAYS` times the stars plus their last day; ``gone_on``: the day of a
      withdrawal to come; days count from 2000, 0 is none
    - ``price``: VND, 0 is none; of several packs that which lists show
    - ``stock_until``: the last day on which it can be bought, in whichever pack: `ANY_DAY` for goods in
      stock, that of the clearance for what needs one, for what is booked by date that of its last date with
      free places; 0 is never
    - ``shelves``: for each point of sale that has some of it to sell, `ranking.DAYS` times its id plus the
      last day on which it has, `ANY_DAY` for goods without a last day
    - ``sold``: orders of twelve months; ``name_length``: words of the title
    """

    pk: int
    name: str
    forms: str
    words: str
    shorthand: str
    seller: str
    everything: str
    regions: tuple[str, ...]
    province: str
    commune: str
    former: str
    categories: tuple[int, ...]
    producer: int
    stars_until: int
    gone_on: int
    price: int
    stock_until: int
    year: int
    sold: int
    started: int
    name_length: int
    shelves: tuple[int, ...] = ()

    @property
    def facts(self) -> Facts:
        return Facts(*_facts(self))

    def sort_keys(self, day: int) -> dict[str, int]:
        """The values of the sort fields; ``by_rank`` has the product's standing on the day of indexing."""
        points = standing(self.facts, day)
        price = min(self.price, HIGHEST - 1)
        keys = {
            "by_rank": points,
            "by_cheap": HIGHEST - price if price else 0,
            "by_dear": price,
            "by_new": self.started,
            "by_best": min(self.sold, 2**19) << 11 | points,
        }
        return {name: key << 32 | self.pk for name, key in keys.items()}

    @property
    def stamp(self) -> int:
        """A number that differs between documents of different content."""
        content = repr(_contents(self)).encode()
        return int.from_bytes(hashlib.blake2b(content, digest_size=7).digest(), "big")


_contents = attrgetter(*(each.name for each in fields(Document)))
_facts = attrgetter(*Facts._fields)


def indexed_products():
    """The products that have a document: what is listed today or until a day to come."""
    return Product.objects.listed()


def documents(ids: Sequence[int] | None = None) -> Iterator[list[Document]]:
    """Documents of the listed products among ``ids``, or of all, in lists of up to `BATCH`.

    Products that are not listed have none. Each list takes seven queries, and the places up to seven before.
    """
    maker = DocumentMaker(Places.all() if ids is None or len(ids) > FEW else Places.of_products(ids))
    for batch in _batches(ids):
        yield maker.documents(_Among(batch, is_run=ids is None))


def _batches(ids: Sequence[int] | None) -> Iterator[list[int]]:
    if ids is not None:
        for start in range(0, len(ids), BATCH):
            yield list(ids[start : start + BATCH])
        return
    last = 0
    while batch := list(
        indexed_products().filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]
    ):
        yield batch
        last = batch[-1]


@dataclass(frozen=True)
class _Among:
    """Products by their ids, ascending; ``is_run``: all listed ones from the first to the last."""

    ids: list[int]
    is_run: bool

    def __call__(self, field: str) -> dict[str, object]:
        """Filter arguments for the field that refers to the product; a run takes the database less work."""
        if self.is_run:
            return {f"{field}__gte": self.ids[0], f"{field}__lte": self.ids[-1]}
        return {f"{field}__in": self.ids}


class _Stock(NamedTuple):
    """What the producer's own record says of a pack; ``bookable_until`` is the end of booking."""

    price: Decimal | None
    available: int
    bookable_until: datetime.datetime | None

    @property
    def is_in_stock(self) -> bool:
        return self.available > 0


class DocumentMaker:
    """What all documents are made from: the categories' names and the places."""

    def __init__(self, places: Places):
        self.places = places
        self._known: dict[str, list[str]] = {}
        by_path = {}
        self.category_names: dict[int, str] = {}
        rows = Category.objects.order_by("path").values_list("pk", "path", "depth", "name", "name_en")
        for pk, path, depth, name, name_en in rows:
            by_path[path] = f"{name} {name_en}"
            above = by_path.get(path[: Category.steplen], "") if depth > 1 else ""
            self.category_names[pk] = f"{name} {name_en} {above}"

    def documents(self, among: _Among) -> list[Document]:
        categories = self._categories(among)
        stock = self._stock(among)
        stories = self._stories(among)
        sold = self._sold(among)
        shelves = self._shelves(among)
        return [
            self.document(
                row,
                categories=categories.get(row[0], ()),
                stock=stock.get(row[0]),
                stories=stories.get(row[0], ()),
                sold=sold.get(row[0], 0),
                shelves=shelves.get(row[0], ()),
            )
            for row in _products(among)
        ]

    def document(
        self,
        row: tuple,
        *,
        categories: Sequence[tuple[int, str, datetime.date | None]],
        stock: _Stock | None,
        stories: Sequence[str] = (),
        sold: int = 0,
        shelves: Sequence[int] = (),
    ) -> Document:
        """The document of a row as `_products` reads it.

        ``categories`` are ids with sale rule and end of the clearance, ``stock`` is None without a record.
        """
        pk, title, title_en, producer, producer_name, region, recorded, *award = row
        stars, valid_until, extended_until, withdrawn_on, year, started_on, *texts = award
        place = self.places.of(region, recorded)
        category_ids = tuple(sorted(pk for pk, *_rule in categories))
        folded, kept = folded_tokens(title), kept_tokens(title)
        folded_en = folded_tokens(title_en)
        name = [*folded, *kept, *folded_en]
        seller = self._tokens(producer_name or "")
        words = [*name, *seller, *self._tokens(place.names)]
        for each in category_ids:
            words += self._tokens(self.category_names.get(each, ""))
        more = all_tokens(" ".join((*texts, *stories)))
        price, available, bookable_until = stock or _Stock(None, 0, None)
        rules = {(rule, cleared_until) for _pk, rule, cleared_until in categories}
        ends_on = max(filter(None, (valid_until, extended_until)), default=None)
        has_end = stars is not None and ends_on is not None
        return Document(
            pk=pk,
            name=_joined(name),
            forms=_joined([*name_forms(folded), *name_forms(kept), *name_forms(folded_en)]),
            words=_joined(words),
            shorthand=_joined(shorthand_terms(folded)),
            seller=_joined(seller),
            everything=_joined([*words, *self._tokens(place.former_names), *more]),
            regions=place.keys,
            province=place.province,
            commune=place.commune,
            former=place.former,
            categories=category_ids,
            producer=producer or 0,
            stars_until=stars * DAYS + day_number(ends_on) if has_end else 0,
            gone_on=day_number(withdrawn_on) if withdrawn_on else 0,
            price=int(price) if price else 0,
            stock_until=_last_day(rules, price, available, bookable_until),
            year=year or (started_on.year if started_on else 0),
            sold=sold,
            started=day_number(started_on) if started_on else 0,
            name_length=len(folded),
            shelves=tuple(sorted(shelves)),
        )

    def _tokens(self, text: str) -> list[str]:
        """Tokens of a text that many products have."""
        if text not in self._known:
            if len(self._known) >= KNOWN_TEXTS:
                self._known.clear()
            self._known[text] = all_tokens(text)
        return self._known[text]

    def _categories(self, among: _Among) -> dict[int, list[tuple[int, str, datetime.date | None]]]:
        found = defaultdict(list)
        rows = ProductCategory.objects.filter(**among("product")).values_list(
            "product", "category", "category__sale_rule", "product__cleared_until"
        )
        for product, *in_set in rows:
            found[product].append(tuple(in_set))
        return found

    def _stock(self, among: _Among) -> dict[int, _Stock]:
        """What the producers' own records say of each product, of several packs that which lists show."""
        own = _own_records("product", **among("product"))
        variants = Product.objects.filter(is_other_pack(), **among("parent"))
        others = _own_records("product__parent", product__in=variants)
        packs = defaultdict(list)
        for product, price, in_stock, allocated, until in own.union(others, all=True):
            packs[product].append(_Stock(price, in_stock - allocated, until))
        return {product: shown_pack(found) or found[0] for product, found in packs.items()}

    def _stories(self, among: _Among) -> dict[int, list[str]]:
        found = defaultdict(list)
        rows = Story.objects.public().filter(**among("product")).order_by("pk")
        for product, *texts in rows.values_list("product", "title", "body", "body_en"):
            found[product].extend(texts)
        return found

    def _shelves(self, among: _Among) -> dict[int, list[int]]:
        """The points of sale that have some pack of each product left, with the last day on which they have.

        What lies longest counts against what is reserved, as `with_sellable` counts the day's goods.
        """
        lasting: dict[int, dict[int, int]] = defaultdict(dict)
        own = _left_on_shelves("stock_record__product", **among("stock_record__product"))
        variants = Product.objects.filter(is_other_pack(), **among("parent"))
        others = _left_on_shelves("stock_record__product__parent", stock_record__product__in=variants)
        for rows in (own, others):
            for (_record, product, point, reserved), batches in groupby(
                rows.iterator(), itemgetter(0, 1, 2, 3)
            ):
                day = _last_on_shelf(reserved, ((expires_on, left) for *_which, expires_on, left in batches))
                lasting[product][point] = max(day, lasting[product].get(point, 0))
        return {
            product: [point * DAYS + day for point, day in points.items() if day]
            for product, points in lasting.items()
        }

    def _sold(self, among: _Among) -> dict[int, int]:
        """Numbers of orders of any pack within the last twelve months."""
        lines = sales_of_a_year()
        own = _numbers_of_orders(lines.filter(**among("order_line__product")), "order_line__product")
        family = "order_line__product__parent"
        others = _numbers_of_orders(of_other_packs(lines).filter(**among(family)), family)
        return {
            product: own.get(product, 0) + others.get(product, 0) for product in own.keys() | others.keys()
        }


def _own_records(product: str, **condition: object) -> QuerySet:
    """Rows of the producers' own stock records: key of the ``product``, then what `_Stock` is made from."""
    own = StockRecord.objects.filter(partner=F("product__producer"), departure=None, **condition)
    return own.values_list(product, "price", "num_in_stock", "num_allocated", "bookable_until")


def sales_of_a_year() -> QuerySet:
    """Lines of the orders of the last twelve months, without those that came to nothing."""
    lines = SellerOrderLine.objects.filter(seller_order__placed_at__gte=clock.now() - SALES_COUNT_FOR)
    return lines.exclude(seller_order__state__in=NO_SALE)


def of_other_packs(lines: QuerySet) -> QuerySet:
    """Those of these lines by which variants were sold, in orders without their products' first pack."""
    first_pack = SellerOrderLine.objects.filter(
        seller_order=OuterRef("seller_order"), order_line__product=OuterRef("order_line__product__parent")
    )
    return lines.filter(~Exists(first_pack), order_line__product__parent__isnull=False)


def _numbers_of_orders(lines: QuerySet, product: str) -> dict[int, int]:
    """By the key of the ``product``."""
    return dict(lines.order_by().values_list(product).annotate(number=Count("seller_order", distinct=True)))


def _left_on_shelves(product: str, **condition: object) -> QuerySet:
    """Batches at points of sale, record by record, those that last longest first.

    Rows of the record, the key of the ``product``, the point, what is reserved, the last day, what is left.
    """
    return (
        Batch.objects.left()
        .filter(stock_record__in=_stocked(), **condition)
        .order_by("stock_record", F("expires_on").desc(nulls_first=True))
        .values_list(
            *("stock_record", product, "stock_record__partner__point", "stock_record__num_allocated"),
            *("expires_on", "quantity_left"),
        )
    )


def _products(among: _Among) -> Iterable[tuple]:
    return (
        indexed_products()
        .filter(**among("pk"))
        .order_by("pk")
        .values_list(
            *("pk", "title", "title_en", "producer", "producer__name", "region", "recorded_region"),
            *("certification__stars", "certification__valid_until", "certification__extended_until"),
            *("certification__withdrawn_on", "certification__recognised_year", "certification__started_on"),
            *("description", "ingredients", "material", "origin_statement"),
        )
    )


def _stocked() -> QuerySet:
    """Stock records of points of sale with goods that nobody has reserved, expired or not."""
    return StockRecord.objects.filter(
        partner__kind=Partner.Kind.POINT, price__isnull=False, num_in_stock__gt=F("num_allocated")
    )


def on_shelves() -> QuerySet:
    """Stock records of points of sale from which something can be sold today."""
    return _stocked().with_sellable().filter(sellable__gt=0)


def _last_on_shelf(reserved: int, batches: Iterable[tuple[datetime.date | None, int]]) -> int:
    """The number of the last day on which more of these batches can be sold than is reserved; 0 for never.

    They come as last day and number left, those that last longest first.
    """
    lasting = 0
    for expires_on, left in batches:
        lasting += left
        if lasting > reserved:
            return ANY_DAY if expires_on is None else max(min(day_number(expires_on), ANY_DAY), 0)
    return 0


def _last_day(
    rules: set[tuple[str, datetime.date | None]],
    price: object,
    available: int,
    bookable_until: datetime.datetime | None,
) -> int:
    """The number of the last day on which a product can be bought; 0 for never.

    ``rules`` are the sale rules of its sets, each with the end of the product's clearance.
    """
    is_booked = any(rule == Category.SaleRule.BOOKING for rule, _cleared_until in rules)
    if price is None or not (is_booked or available > 0):
        return 0
    days = [_last_sale(*rule) for rule in rules]
    if is_booked:
        days.append(_last_booking(bookable_until))
    return max(min(days, default=ANY_DAY), 0)


def _last_sale(rule: str, cleared_until: datetime.date | None) -> int:
    """The number of the last day on which a sale rule lets a product be sold."""
    if rule == Category.SaleRule.CLEARANCE and cleared_until is not None:
        return min(day_number(cleared_until), ANY_DAY)
    return ANY_DAY if rule in (Category.SaleRule.OPEN, Category.SaleRule.BOOKING) else 0


def _last_booking(until: datetime.datetime | None) -> int:
    """The number of the day in Hà Nội on which booking ends; the moment itself is over."""
    if until is None:
        return 0
    last_moment = until - datetime.timedelta(microseconds=1)
    return day_number(last_moment.astimezone(clock.HA_NOI).date())


def _joined(tokens: Iterable[str]) -> str:
    """Each token once, in the order of the first."""
    return " ".join(dict.fromkeys(tokens))
