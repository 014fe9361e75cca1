"""Writing checked rows into the catalogue, a batch at a time, with a fixed number of statements each.

What is in the catalogue already is recognised by its natural key. A list may add a recognition to it and
fill in what is empty, and never changes what somebody has entered.
"""

import datetime
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from catalog.domain.certify import newest, point_to_newest
from catalog.domain.importing.cells import clean
from catalog.domain.importing.checking import Row
from catalog.domain.importing.recognitions import Match, take_over
from catalog.domain.importing.report import ImportReport, Outcome, Problem
from catalog.domain.sets import load_sets, product_class
from catalog.models import Category, Certification, Product
from marketplace.core import bulk
from marketplace.core.text import fold, slugify
from marketplace.regions.domain.resolve import TWO_LEVELS_SINCE, Resolution, Resolver
from marketplace.regions.models import RegionKind
from producers.domain import prices
from producers.domain.sellers import (
    Mention,
    SellerKey,
    create_sellers,
    find_sellers,
    place_more_exactly,
    province_id,
)
from producers.models import Partner, StockRecord

CERTAINTIES = list(Product.RegionCertainty)
FILLED_IN = ("unit", "source_url")
PLACE = ("region", "recorded_region", "region_certainty")
COMPARED = ("title", "natural_key", "producer_id", "region_id", "region_certainty", *FILLED_IN)

Sellers = dict[SellerKey, Partner]

ProductCategory = Product.categories.through


@dataclass
class _Entry:
    """One product of a batch: new, or found in the catalogue, and what the rows add to it."""

    product: Product
    is_new: bool
    category: Category | None = None
    history: list[Certification] = field(default_factory=list)
    price: Decimal | int | None = None
    stock_record: StockRecord | None = None
    changed: set[str] = field(default_factory=set)
    has_new_category: bool = False
    outcomes: list[Outcome] = field(default_factory=list)


@dataclass(frozen=True)
class _Placed:
    """A row with its place resolved."""

    row: Row
    place: Resolution
    mention: Mention | None

    @cached_property
    def key(self) -> str:
        """The natural key: name, producer and place.

        The place is the province for a product of a named producer, who is matched within it, and all
        that is known of the place for one without.
        """
        row = self.row
        if self.mention is not None:
            parts = [fold(row.name), *map(str, self.mention.key)]
        else:
            province = province_id(self.place.current)
            parts = [fold(row.name), "", str(province), fold(row.district), fold(row.commune)]
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()

    @property
    def is_understood(self) -> bool:
        """Whether the place is all that the row says of it."""
        region = self.place.region
        if region is None or region.kind == RegionKind.PROVINCE:
            return not self.row.commune and not self.row.district
        return not self.row.commune or self.place.certainty != Product.RegionCertainty.PROVINCE_ONLY


class Writer:
    """Writes batches within the caller's transaction and reports what came of them."""

    def __init__(self, report: ImportReport, resolver: Resolver):
        load_sets()
        self._report = report
        self._resolver = resolver
        self._class = product_class()
        self._make_product = bulk.Maker(
            Product,
            "title",
            "slug",
            "product_class_id",
            "region_certainty",
            "unit",
            "source_url",
            "natural_key",
        )
        self._categories_by_pk = Category.objects.in_bulk()
        self._categories = {each.code: each for each in self._categories_by_pk.values() if each.code}

    def problems(self, row: Row) -> list[Problem]:
        """What is wrong with a row's place: only a province that does not exist."""
        if row.province and self._place(row).region is None:
            return [Problem(row.line, "province", row.province, _("there is no such province"))]
        return []

    def write(self, rows: Sequence[Row]) -> None:
        """Put a batch of good rows into the catalogue."""
        placed = [self._placed(row) for row in rows]
        by_key = self._entries(placed, *self._sellers([each.mention for each in placed if each.mention]))
        for each in placed:
            self._take_in(by_key[each.key], each)
        # One product may have been found under two keys.
        entries = list({id(entry): entry for entry in by_key.values()}.values())
        self._save(entries)
        for entry in entries:
            for outcome in entry.outcomes:
                self._report.outcomes[outcome] += 1
            if entry.is_new:
                self._report.created_ids.append(entry.product.pk)

    # --- places and producers
    def _place(self, row: Row) -> Resolution:
        return self._resolver.resolve(row.commune, row.district, row.province, written_about(row.year))

    def _placed(self, row: Row) -> _Placed:
        place = self._place(row)
        mention = None
        if row.producer:
            mention = Mention(row.producer, row.legal_form, place.current, place.region, row.source_url)
        return _Placed(row, place, mention)

    def _sellers(self, mentions: list[Mention]) -> tuple[Sellers, Sellers]:
        """The sellers that there are, and those that these rows bring."""
        known = find_sellers({mention.normal.key for mention in mentions})
        _add_those_without_place(known, mentions)
        new: dict[SellerKey, Mention] = {}
        moved: dict[int, Partner] = {}
        for mention in mentions:
            seller = known.get(mention.key)
            first = new.setdefault(mention.key, mention) if seller is None else seller
            if mention.name != first.name:
                self._report.spellings[mention.key] |= {mention.name, first.name}
            if seller is None:
                if _is_more_exact(mention.region, first.region):
                    first.region, first.recorded_region = mention.region, mention.recorded_region
            elif _is_more_exact(mention.region, seller.region):
                seller.region, seller.recorded_region = mention.region, mention.recorded_region
                moved[seller.pk] = seller
        place_more_exactly(moved.values())
        self._report.producers_created += len(new)
        return known, create_sellers(new)

    # --- products
    def _entries(self, placed: list[_Placed], known: Sellers, new: Sellers) -> dict[str, _Entry]:
        """The product of each row, by the row's key."""
        found = self._found(Product.objects.filter(natural_key__in={each.key for each in placed}))
        entries = {entry.product.natural_key: entry for entry in found.values()}
        missing = [each for each in placed if each.key not in entries]
        if missing:
            entries |= self._found_by_name(missing, known, found)
        sellers = known | new
        for each in missing:
            if each.key not in entries:
                entries[each.key] = self._new_entry(each, sellers)
        return entries

    def _found_by_name(
        self, placed: list[_Placed], sellers: Sellers, found: dict[int, _Entry]
    ) -> dict[str, _Entry]:
        """Products without a key, or no longer with that of their name and place: what people entered."""
        wanted = {}
        for each in placed:
            if each.mention is not None and each.mention.key in sellers:
                wanted[fold(each.row.name), sellers[each.mention.key].pk, None] = each
            elif each.mention is None and each.is_understood:
                wanted[fold(each.row.name), None, each.place.region and each.place.region.pk] = each
        if not wanted:
            return {}
        names = {each.row.name for each in wanted.values()}
        candidates = Product.objects.filter(
            Q(slug__in={slug_of(name) for name in names})
            | Q(title__in=names, producer__in={seller for _name, seller, _place in wanted if seller})
        )
        keys = {}
        for pk, title, seller, place in candidates.order_by("-pk").values_list(
            "pk", "title", "producer_id", "recorded_region_id"
        ):
            each = wanted.get((fold(clean(title)), seller, None if seller else place))
            if each is not None:
                keys[each.key] = pk
        found |= self._found(Product.objects.filter(pk__in=set(keys.values()) - set(found)))
        return {key: found[pk] for key, pk in keys.items()}

    def _found(self, products: QuerySet[Product]) -> dict[int, _Entry]:
        """Products of the catalogue by primary key, with no more than rows are compared with."""
        found = {product.pk: _Entry(product, is_new=False) for product in products.order_by().only(*COMPARED)}
        if not found:
            return {}
        placings = ProductCategory.objects.filter(product__in=found).order_by()
        for product_id, category_id in placings.values_list("product_id", "category_id"):
            entry, category = found[product_id], self._categories_by_pk[category_id]
            if entry.category is None or entry.category.depth < category.depth:
                entry.category = category
        for certification in Certification.objects.filter(product__in=found).order_by("pk"):
            found[certification.product_id].history.append(certification)
        own = StockRecord.objects.filter(product__in=found, partner=F("product__producer"), departure=None)
        for record in own.order_by():
            entry = found[record.product_id]
            entry.stock_record = record
            entry.price = record.price
        return found

    def _new_entry(self, each: _Placed, sellers: dict[SellerKey, Partner]) -> _Entry:
        row = each.row
        product = self._make_product(
            row.name,
            slug_of(row.name),
            self._class.pk,
            each.place.certainty,
            row.unit,
            row.source_url,
            each.key,
        )
        product.producer = sellers[each.mention.key] if each.mention else None
        product.region, product.recorded_region = each.place.current, each.place.region
        return _Entry(product, is_new=True, category=self._categories[row.category])

    def _take_in(self, entry: _Entry, each: _Placed) -> None:
        """Let one row add to its product: a recognition, a price, what is still empty."""
        row = each.row
        is_first = entry.is_new and not entry.outcomes
        match = take_over(row, entry.history)
        if not is_first:
            self._fill_in(entry, each)
        if row.price is not None and entry.price is None and entry.product.producer_id is not None:
            entry.price = row.price
            entry.changed.add("price")
        if is_first:
            entry.outcomes.append(Outcome.CREATED)
        elif match.kind == Match.Kind.NEW:
            entry.outcomes.append(Outcome.RENEWED)
        elif entry.changed or match.kind == Match.Kind.FILLED_IN:
            entry.outcomes.append(Outcome.FILLED_IN)
        else:
            entry.outcomes.append(Outcome.UNCHANGED)
        self._note(row, each.place, match)

    def _fill_in(self, entry: _Entry, each: _Placed) -> None:
        product, row = entry.product, each.row
        for name in FILLED_IN:
            if not getattr(product, name) and getattr(row, name):
                setattr(product, name, getattr(row, name))
                entry.changed.add(name)
        is_surer = CERTAINTIES.index(each.place.certainty) < CERTAINTIES.index(product.region_certainty)
        if is_surer and each.place.current.pk != product.region_id:
            product.region, product.recorded_region = each.place.current, each.place.region
            product.region_certainty = each.place.certainty
            entry.changed |= set(PLACE)
        category = self._categories[row.category]
        if entry.category is None:
            entry.category, entry.has_new_category = category, True
            entry.changed.add("category")

    def _note(self, row: Row, place: Resolution, match: Match) -> None:
        report = self._report
        report.without_producer += not row.producer
        report.without_commune += not row.commune
        for text in (*row.notes, *match.notes):
            report.note(row.line, text)
        if row.commune and place.certainty == Product.RegionCertainty.PROVINCE_ONLY:
            written = ", ".join(filter(None, (row.commune, row.district, row.province)))
            report.note(row.line, _("the commune was not found: %(place)s") % {"place": written})

    # --- saving
    def _save(self, entries: list[_Entry]) -> None:
        self._save_products([entry for entry in entries if entry.is_new])
        changed = [entry for entry in entries if not entry.is_new and entry.changed]
        if changed:
            self._save_changes({entry.product.pk: entry for entry in changed})
        bulk.insert_values(
            ProductCategory,
            ("product_id", "category_id"),
            [
                (entry.product.pk, entry.category.pk)
                for entry in entries
                if entry.is_new or entry.has_new_category
            ],
        )
        self._save_recognitions(entries)
        self._save_prices([entry for entry in entries if "price" in entry.changed])

    def _save_products(self, entries: list[_Entry]) -> None:
        """New products with the numbers of their newest recognitions, which follow in the transaction."""
        bulk.number([entry.product for entry in entries])
        bulk.number([each for entry in entries for each in entry.history])
        for entry in entries:
            product = entry.product
            product.category = entry.category
            product.folded = product.words()
            product.certification_id = newest(entry.history).pk
        bulk.insert([entry.product for entry in entries])

    def _save_changes(self, entries: dict[int, _Entry]) -> None:
        """Known products anew from the database, since more is needed here than for comparing."""
        places = ("region__parent", "recorded_region__parent__parent")
        products = Product.objects.filter(pk__in=entries).select_related("producer", *places)
        for product in products:
            entry = entries[product.pk]
            for name in entry.changed & {*FILLED_IN, *PLACE}:
                setattr(product, name, getattr(entry.product, name))
            product.category = entry.category
            product.folded = product.words()
        Product.objects.bulk_update(products, [*FILLED_IN, *PLACE, "folded"])

    def _save_prices(self, entries: list[_Entry]) -> None:
        """A stock record for each, or the price into one that has none."""
        known = [entry for entry in entries if entry.stock_record is not None]
        for entry in known:
            entry.stock_record.price = entry.price
        if known:
            StockRecord.objects.bulk_update([entry.stock_record for entry in known], ["price"])
            prices.carry_to_dates([entry.product.pk for entry in known])
        bulk.insert_values(
            StockRecord,
            ("product_id", "partner_id", "partner_sku", "price"),
            [
                (entry.product.pk, entry.product.producer_id, f"p{entry.product.pk}", entry.price)
                for entry in entries
                if entry.stock_record is None
            ],
        )

    def _save_recognitions(self, entries: list[_Entry]) -> None:
        new, filled = [], []
        renewed = set()
        for entry in entries:
            for certification in entry.history:
                if certification._state.adding:
                    certification.product_id = entry.product.pk
                    new.append(certification)
                elif getattr(certification, "is_filled_in", False):
                    filled.append(certification)
                else:
                    continue
                if not entry.is_new:
                    renewed.add(entry.product.pk)
        bulk.insert(new)
        if filled:
            Certification.objects.bulk_update(filled, FIELDS_OF_SOURCES)
        if renewed:
            point_to_newest(renewed)


FIELDS_OF_SOURCES = [
    "stars",
    "potential_five_star",
    "decision_number",
    "recognised_year",
    "started_on",
    "valid_until",
    "source_url",
]


def _add_those_without_place(known: Sellers, mentions: list[Mention]) -> None:
    """A producer named without a place is the one of the name, of several the one known longest."""
    placeless = [each for each in mentions if each.region is None and each.key not in known]
    if placeless:
        by_name = {name: seller for (name, _province), seller in sorted(known.items(), key=_newest_first)}
        known |= {each.key: by_name[each.key[0]] for each in placeless if each.key[0] in by_name}


def _newest_first(item: tuple[SellerKey, Partner]) -> int:
    return -item[1].pk


def written_about(year: int | None) -> datetime.date | None:
    """The day whose names of places a row has: of its year, but in 2025 they changed in the middle of it."""
    is_before = year is not None and year < TWO_LEVELS_SINCE.year
    return datetime.date(year, 12, 31) if is_before else None


def slug_of(name: str) -> str:
    return slugify(name)[:255]


def _is_more_exact(region, other) -> bool:
    """Whether the first place is a commune and the second only its province."""
    return region is not None and other is not None and other.pk == region.parent_id
