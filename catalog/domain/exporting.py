"""Products as a list in the importer's columns, a row at a time, however many there are.

One row for each recognition that is not illustrative, in an order from which the importer makes the same
history again. What was never recognised is in no list.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

from django.db.models import F, OuterRef, QuerySet, Subquery

from catalog.domain.importing.cells import clean
from catalog.domain.importing.reading import COLUMNS
from catalog.domain.importing.writing import written_about
from catalog.domain.sets import read_groups, set_code
from catalog.domain.tables import MOST_ROWS_OF_A_SHEET, Row, TooManyRows, is_workbook, write_table
from catalog.models import Certification, Product
from marketplace.regions.domain.resolve import Resolver
from marketplace.regions.models import Region, RegionKind
from producers.models import StockRecord

_CHUNK = 2000
_FACTS = (
    "product__title",
    "product__producer__name",
    "product__producer__legal_form",
    "place",
    "category_code",
    "stars",
    "potential_five_star",
    "recognised_year",
    "decision_number",
    "price",
    "product__unit",
    "product__source_url",
    "source_url",
)


def _silent(rows: Iterable, **_description) -> Iterable:
    return rows


def export_products(path: Path, products: QuerySet[Product], *, progress: Callable = _silent) -> int:
    """Write a list of these products to a file, XLSX if it is called so and otherwise CSV; returns the rows.

    The file is there when it is complete. CSV is UTF-8 with a mark, by which Excel knows it. ``progress``
    wraps the rows as tqdm does. Raises OSError, and ``TooManyRows`` for a workbook that would be too long.
    """
    recognitions = _recognitions(products)
    count = recognitions.count()
    if is_workbook(path) and count >= MOST_ROWS_OF_A_SHEET:
        raise TooManyRows
    rows = progress(_rows(recognitions), total=count, desc=path.name, unit=" rows")
    write_table(path, COLUMNS, rows)
    return count


# --- rows
def _recognitions(products: QuerySet[Product]) -> QuerySet[Certification]:
    of_product = Product.categories.through.objects.filter(product=OuterRef("product"))
    own = StockRecord.objects.filter(
        product=OuterRef("product"), partner=OuterRef("product__producer"), departure=None
    )
    recognitions = Certification.objects.exclude(provenance=Certification.Provenance.ILLUSTRATIVE)
    if products.query.is_sliced or products.query.where:
        recognitions = recognitions.filter(product__in=products.order_by().values("pk"))
    return recognitions.annotate(
        category_code=Subquery(of_product.order_by("-category__depth").values("category__code")[:1]),
        price=Subquery(own.values("price")[:1]),
    ).order_by("product_id", F("started_on").asc(nulls_first=True), "id")


def _rows(recognitions: QuerySet[Certification]) -> Iterator[Row]:
    places = _Places()
    facts = recognitions.annotate(place=F("product__recorded_region"), place_now=F("product__region"))
    for (
        title,
        producer,
        legal_form,
        place,
        category,
        stars,
        potential_five_star,
        year,
        decision,
        price,
        unit,
        product_source,
        source,
        place_now,
    ) in facts.values_list(*_FACTS, "place_now").iterator(chunk_size=_CHUNK):
        yield (
            clean(title),
            clean(producer or ""),
            legal_form or "",
            *places.names(place or place_now, year),
            _groups().get(category, ""),
            stars,
            "true" if potential_five_star else "",
            year,
            clean(decision),
            None if price is None else int(price),
            clean(unit),
            (source or product_source) if product_source else "",
            category or "",
        )


@cache
def _groups() -> dict[str, str]:
    """The code of the group by that of a group or set."""
    sets = {set_code(row["number"]): group["code"] for group in read_groups() for row in group["sets"]}
    return sets | {group["code"]: group["code"] for group in read_groups()}


class _Places:
    """Regions by the names from which the importer finds them again."""

    def __init__(self):
        self._resolver = Resolver()
        self._names: dict[tuple, tuple[str, str, str]] = {}

    def names(self, region_id: int | None, year: int | None) -> tuple[str, str, str]:
        """Commune, district and province; without unit words unless these are needed to tell units apart."""
        if region_id is None:
            return "", "", ""
        on = written_about(year)
        if (region_id, on) not in self._names:
            region = self._resolver.region(region_id)
            ways = [_names(region, "short_name"), _names(region, "name")]
            understood = [names for names in ways if self._resolver.resolve(*names, on).region == region]
            self._names[region_id, on] = (understood or ways)[0]
        return self._names[region_id, on]


def _names(region: Region, attribute: str) -> tuple[str, str, str]:
    names = dict.fromkeys((RegionKind.COMMUNE, RegionKind.DISTRICT, RegionKind.PROVINCE), "")
    while region is not None:
        names[RegionKind(region.kind)] = getattr(region, attribute)
        region = region.parent
    return tuple(names.values())
